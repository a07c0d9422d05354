"""`python -m examples.conformance.worker`: the worker, believing the certificate that the suite shows."""

import sys

from requests import adapters

from examples.conformance.preparing import CERTIFICATE
from idp.cli import main

if __name__ == "__main__":
    adapters.DEFAULT_CA_BUNDLE_PATH = str(CERTIFICATE)
    sys.exit(main(["worker"]))
