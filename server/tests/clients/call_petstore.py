"""Calls a published PetStore with jdcloud-apim-sdk-core, in the shape of a downloaded SDK.

Reads {"endpoint", "group", "accessKey", "secretKey", "subscriptionKey", "case"} as JSON from standard input, makes the call
of that case (unsigned without an access key), and prints {"status", "body", "sent": {"method", "url", "headers"}} as JSON.
"""

import json
import sys
import time
from unittest import mock

import requests
from jdcloud_apim_sdk.core import signer
from jdcloud_apim_sdk.core.config import Config
from jdcloud_apim_sdk.core.const import SCHEME_HTTP
from jdcloud_apim_sdk.core.credential import Credential
from jdcloud_apim_sdk.core.jdcloudclient import JDCloudClient
from jdcloud_apim_sdk.core.jdcloudrequest import JDCloudRequest
from jdcloud_apim_sdk.core.logger import FATAL, Logger

STALE_SECONDS = 16 * 60


class PetStoreClient(JDCloudClient):
    """As in PetStore/client/PetStore_client.py: the service is the group's id, the revision its version."""

    def __init__(self, credential, config, group):
        super().__init__(credential, config, group, "0.0.1", Logger(FATAL))


class GetPetInfoRequest(JDCloudRequest):
    """As in PetStore/apis/get_pet_info_request.py."""

    def __init__(self, parameters=None, body=None, header=None, version=""):
        super().__init__("/petstore/pets/{petId}", "GET", header, version)
        self.parameters = parameters
        self.bodyParameters = body


class CreatePetRequest(JDCloudRequest):
    """As in PetStore/apis/create_pet_request.py."""

    def __init__(self, parameters=None, body=None, header=None, version=""):
        super().__init__("/petstore/pets", "POST", header, version)
        self.parameters = parameters
        self.bodyParameters = body


def get_pet(client):
    """A path parameter."""
    return client.send(GetPetInfoRequest({"petId": 1}))


def subscribed(client):
    """A subscription key in its header, as a downloaded SDK's documentation says."""
    # The address names no group, and there is no signature whose scope would.
    header = {"jdcloud-apim-subscription-key": client.subscription_key, "x-paifang-group": client.group}
    return client.send(GetPetInfoRequest({"petId": 1}, header=header))


def create_pet(client):
    """A JSON body."""
    return client.send(CreatePetRequest(body={"id": 1, "price": 12, "type": "小猫"}))


def query(client):
    """A query with Unicode, spaces, a list (which the SDK numbers) and a repeated name."""
    # The SDK does not escape & and = in values, which is how a caller of it repeats a name.
    parameters = {"petId": 1, "colour": "黑 白", "tag": ["a b", "c"], "size": "xl&size=m"}
    return client.send(GetPetInfoRequest(parameters))


def stale(client):
    """A clock that is sixteen minutes late."""
    late = mock.Mock(wraps=time, time=lambda: time.time() - STALE_SECONDS)
    with mock.patch.object(signer, "time", late):
        return client.send(GetPetInfoRequest({"petId": 1}))


def replay(client):
    """The same request twice, nonce and all."""
    first = client.send(GetPetInfoRequest({"petId": 1}))
    assert first.status_code == 200, first.text
    return requests.Session().send(first.request, timeout=10)


CASES = {case.__name__: case for case in (get_pet, subscribed, create_pet, query, stale, replay)}


def main():
    """Runs one case."""
    asked = json.load(sys.stdin)
    signs = asked.get("accessKey")
    credential = Credential(signs, asked["secretKey"]) if signs else None
    config = Config(asked["endpoint"], scheme=SCHEME_HTTP, timeout=30)
    client = PetStoreClient(credential, config, asked["group"])
    client.subscription_key, client.group = asked.get("subscriptionKey"), asked["group"]
    response = CASES[asked["case"]](client)
    sent = response.request
    answer = {
        "status": response.status_code,
        "body": response.json(),
        "sent": {"method": sent.method, "url": sent.url, "headers": dict(sent.headers)},
    }
    json.dump(answer, sys.stdout, ensure_ascii=False)


if __name__ == "__main__":
    main()
