"""Writes src/protocol/constraints/<room>.json: facts about AWS's shapes that the SDK's run-time schemas leave out.

Kept are numbers (bounds, kinds of numbers), patterns, enum values and the names of members;
no prose. A fact has a name; a structure's member points to it. Needs botocore: python scripts/constraints.py
"""
import json
import pathlib
import sys

import botocore
import botocore.loaders

ROOMS = {
    's3': 's3', 'lambda': 'lambda', 'sqs': 'sqs', 'sns': 'sns', 'dynamodb': 'dynamodb', 'dynamodbstreams': 'dynamodbstreams',
    'kinesis': 'kinesis', 'iam': 'iam', 'sts': 'sts', 'cloudformation': 'cloudformation', 'logs': 'logs', 'cloudwatch': 'cloudwatch',
    'apigatewayv2': 'apigatewayv2', 'apigateway': 'apigateway', 'events': 'events', 'scheduler': 'scheduler', 'ec2': 'ec2', 'ecs': 'ecs',
    'ecr': 'ecr', 'eks': 'eks', 'rds': 'rds', 'rds-data': 'rds-data', 'xray': 'xray', 'appsync': 'appsync', 'ssm': 'ssm',
    'secretsmanager': 'secretsmanager', 'kms': 'kms', 'cloudcontrol': 'cloudcontrol', 'stepfunctions': 'stepfunctions',
    'organizations': 'organizations',
}
# These answer an unknown value with an error of their own, from the operation.
ENUMS_ARE_OPEN = {'sqs', 'sns', 'ec2', 's3', 'apigateway', 'apigatewayv2'}
ENUM_MAX = 300
SIMPLE = {'string', 'blob', 'integer', 'long', 'float', 'double', 'short', 'byte', 'bigdecimal', 'biginteger'}
NUMBERS = {'integer', 'long', 'float', 'double'}


def facts(room, model):
    shapes = model['shapes']
    inputs = reachable(shapes, [op['input']['shape'] for op in model['operations'].values() if 'input' in op])
    kept = {}

    def keep(name):
        """The shape's facts under its name, or None where it has none."""
        if name in kept:
            return name if kept[name] else None
        shape = shapes[name]
        kind = shape['type']
        fact = {}
        kept[name] = fact
        if kind in SIMPLE or kind in ('list', 'map'):
            if name in inputs:
                for key in ('min', 'max', 'pattern', 'enum'):
                    if key in shape and not (key == 'enum' and (room in ENUMS_ARE_OPEN or len(shape[key]) > ENUM_MAX)):
                        fact[key] = shape[key]
            if kind in NUMBERS:
                fact['kind'] = kind
        if kind == 'list' and keep_nested(shape['member']['shape']):
            fact['member'] = shape['member']['shape']
        if kind == 'map':
            for part in ('key', 'value'):
                if keep_nested(shape[part]['shape']):
                    fact[part] = shape[part]['shape']
        return name if fact else None

    def keep_nested(name):
        return shapes[name]['type'] not in ('structure',) and keep(name)

    structures = {}
    for name, shape in shapes.items():
        if shape['type'] != 'structure':
            continue
        members = {member: ref['shape'] for member, ref in shape.get('members', {}).items() if keep_nested(ref['shape'])}
        if members:
            structures[name] = members
    return {'structures': structures, 'shapes': {name: fact for name, fact in kept.items() if fact}}


def reachable(shapes, names):
    found, queue = set(), list(names)
    while queue:
        name = queue.pop()
        if name in found:
            continue
        found.add(name)
        shape = shapes[name]
        queue += [ref['shape'] for ref in shape.get('members', {}).values()]
        queue += [shape[part]['shape'] for part in ('member', 'key', 'value') if part in shape]
    return found


def write(path, table):
    lines = []
    for section, entries in table.items():
        rows = [f'{json.dumps(name)}:{json.dumps(entry, separators=(",", ":"))}' for name, entry in sorted(entries.items())]
        lines.append(json.dumps(section) + ':{\n' + ',\n'.join(rows) + '\n}')
    path.write_text('{\n' + ',\n'.join(lines) + '\n}\n')


def main():
    folder = pathlib.Path(__file__).parent.parent / 'src/protocol/constraints'
    folder.mkdir(exist_ok=True)
    loader = botocore.loaders.create_loader()
    for room, service in ROOMS.items():
        write(folder / f'{room}.json', facts(room, loader.load_service_model(service, 'service-2')))
    print(f'{len(ROOMS)} rooms from botocore {botocore.__version__}', file=sys.stderr)


main()
