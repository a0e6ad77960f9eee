import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { resourceTypesPage, typesOfAws, typesOfFogbank } from '../scripts/resource-types.ts'
import { identifierMembers } from '../src/platform/resource-identifier.ts'
import { services } from '../src/services.ts'

const definitions = await Promise.all(services.map(room => room.load()))
const aws = typesOfAws()
const types = typesOfFogbank(definitions)

test('docs/resource-types.md is what the services declare', () => {
  const page = readFileSync(join(dirname(import.meta.dirname), 'docs', 'resource-types.md'), 'utf8')
  assert.equal(page, resourceTypesPage(definitions), 'Run `node scripts/resource-types.ts`.')
})

test('a resource type has no property that AWS does not have', () => {
  for (const [name, type] of types) {
    const facts = aws.get(name)
    if (!facts) continue
    for (const property of Object.keys(type.properties)) {
      assert.ok(property === '*' || facts.properties.includes(property), `${name} has a property that AWS has not: ${property}.`)
    }
    for (const property of type.createOnly ?? []) assert.ok(property in type.properties, `${name} names ${property} as createOnly, which is no property of it.`)
  }
})

test('what is imported is named as AWS names it', () => {
  for (const [name, type] of types) {
    const members = identifierMembers(type)
    if (members.length > 0) assert.deepEqual(members, aws.get(name)?.identifier, `${name} has another primary identifier at AWS.`)
    assert.ok(type.idMember === undefined || members.includes(type.idMember), `${name} has an idMember that is none of its identifier's.`)
  }
})

test('tags are a map where AWS has them as one, and a list elsewhere', () => {
  for (const [name, type] of types) {
    if (type.tags && aws.has(name)) assert.equal(type.tagsAre ?? 'list', aws.get(name)!.tagsAre, `${name} has its tags in another form at AWS.`)
  }
})

test('every type that AWS does not have is named in the test', () => {
  assert.deepEqual([...types.keys()].filter(name => !aws.has(name)), ['AWS::CDK::Metadata'])
})
