import assert from 'node:assert/strict'
import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { IAM } from '@aws-sdk/client-iam'
import { STS } from '@aws-sdk/client-sts'
import { startCloud, type TestCloud } from '../../testing/index.ts'
import { iam as iamService } from '../iam/service.ts'
import { sts as stsService } from './service.ts'

// A provider of ours, with two keys of two kinds, over plain HTTP on this machine.

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
let published = [{ ...rsa.publicKey.export({ format: 'jwk' }), kid: 'rsa', use: 'sig' }, { ...ec.publicKey.export({ format: 'jwk' }), kid: 'ec', use: 'sig' }]
let askedForKeys = 0
let cloud: TestCloud
let iam: IAM
let sts: STS
let server: Server
let issuer: string
let provider: string

before(async () => {
  server = createServer((request, response) => {
    if (request.url === '/pool/.well-known/openid-configuration') response.end(JSON.stringify({ issuer, jwks_uri: `${issuer}/keys` }))
    else if (request.url === '/pool/keys') response.end(JSON.stringify({ keys: (askedForKeys++, published) }))
    else response.writeHead(404).end()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}/pool`
  cloud = await startCloud({ services: [iamService, stsService] })
  iam = new IAM(cloud.client)
  // Nobody signs such a call: it needs no credentials.
  sts = new STS({ ...cloud.client, credentials: async () => { throw new Error('unsigned') } })
  provider = (await iam.createOpenIDConnectProvider({ Url: issuer, ClientIDList: ['app'] })).OpenIDConnectProviderArn!
})
after(async () => {
  iam.destroy()
  sts.destroy()
  await cloud.stop()
  server.close()
})

const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const seconds = () => Math.floor(cloud.clock.now() / 1000)
function token(claims: object = {}, { key = rsa.privateKey, kid = 'rsa', alg = 'RS256' }: { key?: KeyObject, kid?: string, alg?: string } = {}): string {
  const all = { iss: issuer, sub: 'ann', aud: 'app', iat: seconds(), exp: seconds() + 600, ...claims }
  const signed = `${base64url({ alg, kid, typ: 'JWT' })}.${base64url(all)}`
  const signature = sign('sha256', Buffer.from(signed), alg.startsWith('ES') ? { key, dsaEncoding: 'ieee-p1363' } : key)
  return `${signed}.${signature.toString('base64url')}`
}

async function role(RoleName: string, Condition: object | undefined, Action: string[] = ['sts:AssumeRoleWithWebIdentity']) {
  const trust = { Effect: 'Allow', Principal: { Federated: provider }, Action, ...Condition && { Condition } }
  return (await iam.createRole({ RoleName, AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [trust] }) })).Role!.Arn!
}
const key = (name: string) => `${issuer.replace('http://', '')}:${name}`
const assume = (RoleArn: string, WebIdentityToken: string, more: object = {}) =>
  sts.assumeRoleWithWebIdentity({ RoleArn, RoleSessionName: 'web', WebIdentityToken, ...more })
const fails = (work: Promise<unknown>, name: string, message: RegExp) => assert.rejects(work, (error: any) => {
  assert.equal(error.name, name, error.message)
  assert.match(error.message, message)
  return true
})

test('AssumeRoleWithWebIdentity: a token of the provider opens a session, without credentials', async () => {
  const RoleArn = await role('web', { StringEquals: { [key('aud')]: 'app', [key('sub')]: 'ann' } })
  const answer = await assume(RoleArn, token())
  assert.equal(answer.AssumedRoleUser!.Arn, 'arn:aws:sts::000000000000:assumed-role/web/web')
  assert.deepEqual([answer.SubjectFromWebIdentityToken, answer.Audience, answer.Provider], ['ann', 'app', provider])
  const credentials = {
    accessKeyId: answer.Credentials!.AccessKeyId!, secretAccessKey: answer.Credentials!.SecretAccessKey!, sessionToken: answer.Credentials!.SessionToken!
  }
  assert.equal((await new STS({ ...cloud.client, credentials }).getCallerIdentity({})).Arn, answer.AssumedRoleUser!.Arn)
  await assume(RoleArn, token({}, { key: ec.privateKey, kid: 'ec', alg: 'ES256' }))
  await fails(assume(RoleArn, token({ sub: 'bob' })), 'AccessDenied', /^Not authorized to perform sts:AssumeRoleWithWebIdentity$/)
  await fails(assume('arn:aws:iam::000000000000:role/none', token()), 'AccessDenied', /^Not authorized/)
})

test('AssumeRoleWithWebIdentity: a token that is not right is refused, each for its reason', async () => {
  const RoleArn = await role('strict', undefined)
  await fails(assume(RoleArn, 'rubbish'), 'InvalidIdentityTokenException', /not a valid JWT/)
  await fails(
    assume(RoleArn, token({ iss: 'https://nowhere.example' })), 'InvalidIdentityTokenException',
    /^No OpenIDConnect provider found in your account for https:\/\/nowhere.example$/
  )
  await fails(assume(RoleArn, token({ aud: 'other' })), 'InvalidIdentityTokenException', /^Incorrect token audience$/)
  await fails(assume(RoleArn, token({ sub: undefined })), 'InvalidIdentityTokenException', /^Missing a required claim: sub$/)
  await fails(
    assume(RoleArn, token({ exp: seconds() - 1 })), 'ExpiredTokenException',
    /^Token expired: current date\/time \d+ must be before the expiration date\/time \d+$/
  )
  await fails(assume(RoleArn, token({ nbf: seconds() + 60 })), 'InvalidIdentityTokenException', /not valid yet/)
  await fails(assume(RoleArn, token({}, { key: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey })), 'InvalidIdentityTokenException', /signature/)
  await fails(assume(RoleArn, token().replace(/^[^.]+/, base64url({ alg: 'none' }))), 'InvalidIdentityTokenException', /signature/)
  const hmac = token().replace(/^[^.]+/, base64url({ alg: 'HS256', kid: 'rsa' }))
  await fails(assume(RoleArn, hmac), 'InvalidIdentityTokenException', /signature/)
})

test('AssumeRoleWithWebIdentity: keys are held, and asked for again when a token names one that is not known', async () => {
  const RoleArn = await role('rotated', undefined)
  await assume(RoleArn, token())
  const before = askedForKeys
  await assume(RoleArn, token())
  assert.equal(askedForKeys, before)
  const next = generateKeyPairSync('rsa', { modulusLength: 2048 })
  published = [{ ...next.publicKey.export({ format: 'jwk' }), kid: 'next', use: 'sig' }, ...published]
  await cloud.clock.advance(61_000)
  await assume(RoleArn, token({}, { key: next.privateKey, kid: 'next' }))
  assert.equal(askedForKeys, before + 1)
})

test('AssumeRoleWithWebIdentity: the keys of its token speak in the policies of the session, and so do its tags', async () => {
  const RoleArn = await role('keyed', undefined, ['sts:AssumeRoleWithWebIdentity', 'sts:TagSession', 'sts:SetSourceIdentity'])
  const allow = (Condition: object) => ({ Effect: 'Allow', Action: 'iam:ListRoles', Resource: '*', Condition })
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [allow({
    StringEquals: { [key('sub')]: 'ann', 'aws:FederatedProvider': provider, 'aws:PrincipalTag/team': 'blue', 'aws:SourceIdentity': 'ann' },
    'ForAnyValue:StringEquals': { [key('amr')]: 'mfa' },
  })] })
  await iam.putRolePolicy({ RoleName: 'keyed', PolicyName: 'p', PolicyDocument })
  const list = async (claims: object) => {
    const { Credentials } = await assume(RoleArn, token(claims))
    const credentials = { accessKeyId: Credentials!.AccessKeyId!, secretAccessKey: Credentials!.SecretAccessKey!, sessionToken: Credentials!.SessionToken! }
    return new IAM({ ...cloud.client, credentials }).listRoles({})
  }
  const tags = { 'https://aws.amazon.com/tags': { principal_tags: { team: ['blue'] } }, 'https://aws.amazon.com/source_identity': 'ann' }
  await list({ ...tags, amr: ['pwd', 'mfa'] })
  await fails(list({ ...tags, amr: ['pwd'] }), 'AccessDenied', /no identity-based policy/)
  await fails(list({ amr: ['mfa'] }), 'AccessDenied', /no identity-based policy/)
  const untagged = await role('untagged', undefined)
  await fails(assume(untagged, token(tags)), 'AccessDenied', /^Not authorized to perform sts:TagSession$/)
})

test('AssumeRoleWithWebIdentity: where a token has an authorized party, that is its audience to policies', async () => {
  const RoleArn = await role('party', { StringEquals: { [key('aud')]: 'party', [key('oaud')]: 'app' } })
  await assume(RoleArn, token({ azp: 'party' }))
  await fails(assume(RoleArn, token()), 'AccessDenied', /^Not authorized/)
})

test('a provider whose keys cannot be had: IDPCommunicationError', async () => {
  const url = `${issuer}/elsewhere`
  const made = await iam.createOpenIDConnectProvider({ Url: url, ClientIDList: ['app'] })
  const RoleArn = await role('lost', undefined)
  await fails(assume(RoleArn, token({ iss: url })), 'IDPCommunicationErrorException', /^Couldn't retrieve verification key/)
  await iam.deleteOpenIDConnectProvider({ OpenIDConnectProviderArn: made.OpenIDConnectProviderArn! })
})

test('OpenID Connect providers: made, read, changed, listed, tagged, deleted', async () => {
  const { OpenIDConnectProviderArn } = await iam.createOpenIDConnectProvider({
    Url: 'https://token.actions.githubusercontent.com', ClientIDList: ['sts.amazonaws.com'], ThumbprintList: ['6938fd4d98bab03faadb97b34396831e3780aea1'],
    Tags: [{ Key: 'a', Value: '1' }],
  })
  assert.equal(OpenIDConnectProviderArn, 'arn:aws:iam::000000000000:oidc-provider/token.actions.githubusercontent.com')
  const named = { OpenIDConnectProviderArn: OpenIDConnectProviderArn! }
  await iam.addClientIDToOpenIDConnectProvider({ ...named, ClientID: 'more' })
  await iam.addClientIDToOpenIDConnectProvider({ ...named, ClientID: 'more' })
  await iam.removeClientIDFromOpenIDConnectProvider({ ...named, ClientID: 'sts.amazonaws.com' })
  await iam.updateOpenIDConnectProviderThumbprint({ ...named, ThumbprintList: ['a'.repeat(40)] })
  await iam.tagOpenIDConnectProvider({ ...named, Tags: [{ Key: 'b', Value: '2' }] })
  await iam.untagOpenIDConnectProvider({ ...named, TagKeys: ['a'] })
  const found = await iam.getOpenIDConnectProvider(named)
  assert.deepEqual([found.Url, found.ClientIDList, found.ThumbprintList], ['token.actions.githubusercontent.com', ['more'], ['a'.repeat(40)]])
  assert.deepEqual((await iam.listOpenIDConnectProviderTags(named)).Tags, [{ Key: 'b', Value: '2' }])
  assert.ok((await iam.listOpenIDConnectProviders({})).OpenIDConnectProviderList!.some(({ Arn }) => Arn === OpenIDConnectProviderArn))
  await fails(iam.createOpenIDConnectProvider({ Url: 'https://token.actions.githubusercontent.com' }), 'EntityAlreadyExistsException', /already exists/)
  await fails(iam.createOpenIDConnectProvider({ Url: 'http://example.com' }), 'ValidationError', /Invalid Open ID Connect Provider URL/)
  await iam.deleteOpenIDConnectProvider(named)
  await iam.deleteOpenIDConnectProvider(named)
  await fails(iam.getOpenIDConnectProvider(named), 'NoSuchEntityException', /OpenIDConnect Provider not found/)
})
