"""Holds a proof to the root of a chain of custody: python3 check_proof.py PROOF.json [DOCUMENT]. Needs nothing but Python."""

import hashlib
import json
import sys
from pathlib import Path


def sha(given: bytes) -> bytes:
    """The SHA-256 of the bytes."""
    return hashlib.sha256(given).digest()


def main(proof_file: str, document: str = "") -> None:
    """Prints the roots that the document is under, or says what is wrong."""
    proof = json.loads(Path(proof_file).read_bytes())
    if document and sha(Path(document).read_bytes()).hex() != proof["document"]:
        sys.exit("the document is not the one that the proof is about")
    if "entry" in proof and json.loads(proof["entry"])["sha256"] != proof["document"]:
        sys.exit("the entry of custody is about another document")
    leaf = sha(b"\0" + proof["entry"].encode()) if "entry" in proof else bytes.fromhex(proof["leaf"])
    for under in [proof, *proof["stamped"]]:
        node, index, last = leaf, proof["index"], under["size"] - 1
        for side in map(bytes.fromhex, under["path"]):
            if index % 2 or index == last:
                node = sha(b"\1" + side + node)
                while index % 2 == 0 and index:
                    index, last = index // 2, last // 2
            else:
                node = sha(b"\1" + node + side)
            index, last = index // 2, last // 2
        if last or node.hex() != under["root"]:
            sys.exit("the path does not lead to the root")
        print("is under the root", f"{under['size']}:{under['root']}", under.get("time", ""))


if __name__ == "__main__":
    main(*sys.argv[1:])
