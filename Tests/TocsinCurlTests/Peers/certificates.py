"""An authority of the tests' own, and certificates of it, in the folder that is the program's argument."""

import os
import subprocess
import sys

FOLDER = sys.argv[1]


def path(name):
    return os.path.join(FOLDER, name)


def openssl(*arguments):
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)


def make_authority(name):
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
            "-subj", "/CN=" + name, "-keyout", path(name + ".key"), "-out", path(name + ".pem"))


def make_certificate(name, extensions):
    with open(path(name + ".ext"), "w") as file:
        file.write(extensions)
    openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=" + name,
            "-keyout", path(name + ".key"), "-out", path(name + ".csr"))
    openssl("x509", "-req", "-in", path(name + ".csr"), "-CA", path("authority.pem"), "-CAkey",
            path("authority.key"), "-CAcreateserial", "-days", "2", "-extfile", path(name + ".ext"),
            "-out", path(name + ".pem"))


def make_all():
    make_authority("authority")
    make_authority("stranger")
    make_certificate("server", "subjectAltName=DNS:receiver.test,DNS:localhost\n")
    make_certificate("client", "extendedKeyUsage=clientAuth\n")
