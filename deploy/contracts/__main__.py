"""`python -m deploy.contracts`: write the contract files anew."""

from deploy.contracts.files import FOLDER, write

for name in write() or ["nothing changed"]:
    print(FOLDER / name if "." in name else name)
