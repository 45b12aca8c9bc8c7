"""Give this process to the fuzzer, with one property and all of egovlib that it uses watched: see guided.py.

python tests/fuzz/target.py PROPERTY [OPTION OF LIBFUZZER ...] [FOLDER OF INPUTS ...]
"""

import sys
from pathlib import Path


def main() -> None:
    """Fuzz the property that the first argument names."""
    import atheris  # the extra egovlib[fuzz]

    sys.path.insert(0, str(Path(__file__).parent))
    name = sys.argv.pop(1)
    with atheris.instrument_imports(include=["egovlib"]):
        from properties import PROPERTIES, scheme_of

        holds = PROPERTIES[name]
        for sample in ("2013年建成3个系统，办理率达到80%。\n".encode(), scheme_of([("政务", "")])):
            holds(sample)  # brings in what is imported where it is first used
    again = f"{sys.executable} {Path(__file__).resolve()} {name}"  # how the fuzzer starts itself to merge a corpus
    atheris.Setup([again, *sys.argv[1:]], holds)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
