"""Writes src/protocol/models/<room>.json: the wire schema of a service whose SDK client has none at run time.

The form is that of src/protocol/model.ts; what is kept are names, bindings and bounds. Needs botocore: python scripts/models.py
"""
import json
import pathlib

import botocore.session

ROOMS = {'serverlessrepo': 'serverlessrepo'}
SIMPLE = {'string': 'string', 'integer': 'number', 'long': 'number', 'float': 'number', 'double': 'number', 'boolean': 'boolean', 'blob': 'blob',
          'timestamp': 'timestamp'}


class Table:
    """Numbers the shapes of a service, each once."""

    def __init__(self):
        self.shapes = []
        self.seen = {}

    def ref(self, shape):
        if shape is None:
            return 'unit'
        if shape.type_name in SIMPLE:
            return SIMPLE[shape.type_name]
        if shape.name in self.seen:
            return self.seen[shape.name]
        at = self.seen[shape.name] = len(self.shapes)
        self.shapes.append(None)
        if shape.type_name == 'list':
            self.shapes[at] = {'type': 'list', 'name': shape.name, 'member': self.member('member', shape.member)}
        elif shape.type_name == 'map':
            self.shapes[at] = {'type': 'map', 'name': shape.name, 'key': self.member('key', shape.key), 'value': self.member('value', shape.value)}
        else:
            names = sorted(shape.members, key=lambda name: name not in shape.required_members)
            self.shapes[at] = {'type': 'structure', 'name': shape.name, 'members': [self.member(name, shape.members[name]) for name in names],
                               'required': len(shape.required_members)}
        return at

    def member(self, name, shape):
        found = {'name': name, 'shape': self.ref(shape)}
        wire = shape.serialization.get('name', name)
        location = shape.serialization.get('location')
        if location == 'uri':
            found['label'] = True
        elif location == 'querystring':
            found['query'] = wire
        elif location == 'header':
            found['header'] = wire
        elif wire != name:
            found['jsonName'] = wire
        bounds = {key: shape.metadata[key] for key in ('min', 'max', 'pattern', 'enum') if key in shape.metadata}
        if bounds:
            found['constraints'] = bounds
        if shape.type_name in ('integer', 'long', 'float', 'double'):
            found['kind'] = shape.type_name
        return found


def model(room, name):
    service = botocore.session.get_session().get_service_model(name)
    table = Table()
    operations = {}
    errors = {}
    for operation_name in service.operation_names:
        operation = service.operation_model(operation_name)
        uri = operation.http['requestUri']
        for member, shape in (operation.input_shape.members if operation.input_shape else {}).items():
            if shape.serialization.get('location') == 'uri':
                uri = uri.replace('{' + shape.serialization['name'] + '}', '{' + member + '}')
        operations[operation_name] = {'name': operation_name, 'input': table.ref(operation.input_shape), 'output': table.ref(operation.output_shape),
                                      'http': [operation.http['method'], uri, operation.http.get('responseCode', 200)]}
        for error in operation.error_shapes:
            errors[error.name] = {'shape': table.ref(error), 'status': error.metadata['error']['httpStatusCode']}
    meta = service.metadata
    return {'name': room, 'sdkId': meta['serviceId'], 'protocol': 'restJson1', 'version': meta['apiVersion'], 'namespace': f'com.amazonaws.{room}',
            'signingName': meta['signingName'], 'operations': operations, 'errors': errors, 'shapes': table.shapes}


if __name__ == '__main__':
    folder = pathlib.Path(__file__).parent.parent / 'src' / 'protocol' / 'models'
    for room, name in ROOMS.items():
        (folder / f'{room}.json').write_text(json.dumps(model(room, name), indent=1) + '\n')
