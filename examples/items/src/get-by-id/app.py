"""GET /items/{id}: one item, or 404."""
import datetime
import hashlib
import hmac
import json
import os
import urllib.error
import urllib.parse
import urllib.request


def dynamodb(operation, payload):
    """Calls an operation of DynamoDB, signed. An application would use boto3; the example needs nothing installed."""
    region = os.environ["AWS_REGION"]
    url = os.environ.get("AWS_ENDPOINT_URL", "https://dynamodb.%s.amazonaws.com" % region)
    body = json.dumps(payload).encode()
    time = datetime.datetime.now(datetime.timezone.utc).strftime("%Y%m%dT%H%M%SZ")
    scope = "%s/%s/dynamodb/aws4_request" % (time[:8], region)
    headers = {
        "host": urllib.parse.urlparse(url).netloc,
        "x-amz-date": time,
        "x-amz-security-token": os.environ.get("AWS_SESSION_TOKEN", ""),
        "x-amz-target": "DynamoDB_20120810." + operation,
    }
    names = ";".join(sorted(headers))
    lines = ["POST", "/", ""] + ["%s:%s" % (name, headers[name]) for name in sorted(headers)] + ["", names, hashlib.sha256(body).hexdigest()]
    text = "\n".join(["AWS4-HMAC-SHA256", time, scope, hashlib.sha256("\n".join(lines).encode()).hexdigest()])
    key = ("AWS4" + os.environ["AWS_SECRET_ACCESS_KEY"]).encode()
    for part in scope.split("/"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    signature = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    headers["authorization"] = "AWS4-HMAC-SHA256 Credential=%s/%s, SignedHeaders=%s, Signature=%s" % (
        os.environ["AWS_ACCESS_KEY_ID"], scope, names, signature)
    headers["content-type"] = "application/x-amz-json-1.0"
    with urllib.request.urlopen(urllib.request.Request(url, body, headers)) as response:
        return json.load(response)


def handler(event, context):
    item_id = event["pathParameters"]["id"]
    print("look up", item_id)
    item = dynamodb("GetItem", {"TableName": os.environ["TABLE"], "Key": {"id": {"S": item_id}}}).get("Item")
    if item is None:
        return {"statusCode": 404, "body": json.dumps({"message": "There is no item %s." % item_id})}
    return {"id": item["id"]["S"], "name": item.get("name", {}).get("S")}
