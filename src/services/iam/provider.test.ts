import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Principal } from '../../contracts/principal.ts'
import { virtualClock } from '../../platform/clock.ts'
import { openStore } from '../../storage/open.ts'
import { accountInKey, newAccessKeyId } from './access-keys.ts'
import { createIdentityProvider } from './provider.ts'

const principal: Principal = {
  type: 'assumed-role', account: '123456789012', arn: 'arn:aws:sts::123456789012:assumed-role/app/one', userId: 'AROAAPP:one',
  roleArn: 'arn:aws:iam::123456789012:role/app',
}

test('a session outlives a restart, and is unknown to another cloud', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fogbank-iam-'))
  const clock = virtualClock(Date.UTC(2026, 0, 1))
  try {
    const first = await openStore({ folder })
    const { accessKeyId, secretAccessKey, sessionToken } = (await createIdentityProvider({ store: first, clock })).issue(principal, clock.now() + 1000)
    await first.close()
    const second = await openStore({ folder })
    const provider = await createIdentityProvider({ store: second, clock })
    const asked = { accessKeyId, sessionToken, loopback: false }
    assert.deepEqual(await provider.credentials(asked), { secretAccessKey, principal: { ...principal, accessKeyId } })
    assert.deepEqual(await provider.credentials({ ...asked, accessKeyId: newAccessKeyId('ASIA', '1') }), { error: 'invalid-token' })
    assert.deepEqual(await provider.credentials({ ...asked, sessionToken: sessionToken.slice(0, -8) + 'AAAAAAA=' }), { error: 'invalid-token' })
    await clock.advance(1000)
    assert.deepEqual(await provider.credentials(asked), { error: 'expired' })
    await second.close()
    const other = await createIdentityProvider({ store: await openStore({ memory: true }), clock })
    assert.deepEqual(await other.credentials(asked), { error: 'invalid-token' })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

test('on loopback an unknown key is the local root and 12 digits are the root of that account; elsewhere both are unknown', async () => {
  const provider = await createIdentityProvider({ store: await openStore({ memory: true }), clock: virtualClock(0) })
  const ask = async (accessKeyId: string, loopback: boolean) => await provider.credentials({ accessKeyId, loopback }) as any
  assert.equal((await ask('test', true)).principal.arn, 'arn:aws:iam::000000000000:root')
  assert.equal((await ask('123456789012', true)).principal.arn, 'arn:aws:iam::123456789012:root')
  assert.equal((await ask(newAccessKeyId('AKIA', '1'), true)).principal.account, '000000000000')
  assert.deepEqual(await ask('test', false), { error: 'unknown' })
  assert.deepEqual(await ask('123456789012', false), { error: 'unknown' })
  assert.deepEqual(await ask(newAccessKeyId('AKIA', '1'), false), { error: 'unknown' })
})

test('an access key tells its account', () => {
  for (const account of ['000000000000', '000000000001', '123456789012', '999999999999']) {
    const id = newAccessKeyId('AKIA', account)
    assert.match(id, /^AKIA[A-Z2-7]{16}$/)
    assert.equal(accountInKey(id), account)
  }
  assert.equal(accountInKey('AKIA189'), undefined)
})

test('a session that Fogbank opens itself needs its role', async () => {
  const provider = await createIdentityProvider({ store: await openStore({ memory: true }), clock: virtualClock(0) })
  await assert.rejects(
    provider.sessionFor('arn:aws:iam::123456789012:role/none', { sessionName: 'x', service: 'lambda.amazonaws.com', account: '123456789012' }),
    { name: 'AccessDenied' }
  )
})
