"""The rig's servers are what they claim: two processes that share one database and one Valkey."""

import json
import urllib.request

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError


def clock(site):
    with urllib.request.urlopen(f"{site.url}/api/v1/clock", timeout=10) as answer:  # noqa: S310
        return json.load(answer)


@pytest.mark.postgres
@pytest.mark.valkey
def test_two_servers_serve_one_database_and_end_when_told(two_servers):
    first, second = two_servers
    first.python("from tests import world; world.cast()")
    found = second.python("from accounts.models import User; print(User.objects.count())")
    assert int(found.split()[-1]) > 10
    assert clock(first).keys() == clock(second).keys()
    assert (first.stop(), second.stop()) == (0, 0)


def test_the_s3_server_checks_signatures(s3):
    def client(secret):
        return boto3.client(
            "s3",
            endpoint_url=s3.endpoint,
            aws_access_key_id=s3.access_key,
            aws_secret_access_key=secret,
            region_name="us-east-1",
            config=Config(signature_version="s3v4", s3={"addressing_style": "path"}),
        )

    client(s3.secret_key).put_object(Bucket=s3.bucket, Key="招标文件.txt", Body="采购".encode())
    assert (s3.folder / "招标文件.txt").read_text(encoding="utf-8") == "采购"
    with pytest.raises(ClientError):
        client("another-secret-of-no-use").put_object(Bucket=s3.bucket, Key="x", Body=b"x")
