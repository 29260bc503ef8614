"""Amazon's SNS and STS as moto plays them, on a free port. Prints what a sender must know as one line of JSON, then a
line for each notification that a topic took, and ends when its standard output does.

A request counts only if it is signed by the key of a user who may send, or of the role that this user may take on."""

import json
import os
import time

# Requests before the first that must be signed: those of `prepare`.
os.environ["INITIAL_NO_AUTH_ACTION_COUNT"] = "8"
os.environ.update(AWS_ACCESS_KEY_ID="x", AWS_SECRET_ACCESS_KEY="x", AWS_DEFAULT_REGION="eu-central-1")

import boto3  # noqa: E402
from moto.server import ThreadedMotoServer  # noqa: E402
from moto.sns import sns_backends  # noqa: E402

REGION = "eu-central-1"
ACCOUNT = "123456789012"


def policy(*actions):
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def prepare(url):
    def client(service):
        return boto3.client(service, endpoint_url=url, region_name=REGION)

    iam, sns = client("iam"), client("sns")
    iam.create_user(UserName="tocsin")
    key = iam.create_access_key(UserName="tocsin")["AccessKey"]
    iam.put_user_policy(UserName="tocsin", PolicyName="p", PolicyDocument=policy("sns:Publish", "sts:AssumeRole"))
    role = iam.create_role(RoleName="pager", AssumeRolePolicyDocument=policy("sts:AssumeRole"))["Role"]
    iam.put_role_policy(RoleName="pager", PolicyName="p", PolicyDocument=policy("sns:Publish"))
    topics = [
        sns.create_topic(Name="plain")["TopicArn"],
        sns.create_topic(Name="ordered.fifo", Attributes={"FifoTopic": "true"})["TopicArn"],
        sns.create_topic(Name="by-role")["TopicArn"],
    ]
    return {"url": url, "key": key["AccessKeyId"], "secret": key["SecretAccessKey"], "role": role["Arn"],
            "topics": topics}


def main():
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    print(json.dumps(prepare("http://%s:%d" % server.get_host_and_port())), flush=True)
    told = {}
    while True:
        for arn, topic in list(sns_backends[ACCOUNT][REGION].topics.items()):
            sent = topic.sent_notifications
            for _, message, subject, attributes, group in sent[told.get(arn, 0):]:
                line = {"topic": arn, "message": message, "subject": subject, "group": group,
                        "attributes": {name: value["Value"] for name, value in (attributes or {}).items()}}
                print(json.dumps(line), flush=True)
            told[arn] = len(sent)
        time.sleep(0.05)


main()
