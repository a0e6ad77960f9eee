import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startGatewayCloud, type GatewayCloud } from '../testing/gateway.ts'

let gateway: GatewayCloud
before(async () => { gateway = await startGatewayCloud() })
after(() => gateway.stop())

test('CreateDeployment: a stage that does not deploy by itself serves what was deployed, whatever changes later', async () => {
  const { client } = gateway
  const id = await gateway.api(['GET /one'], { stage: { StageName: 'prod', AutoDeploy: false } })
  gateway.reply(event => event.routeKey)
  assert.deepEqual(await gateway.call(id, 'GET', '/prod/one').then(({ status, body }) => [status, body]), [404, '{"message":"Not Found"}'])
  const { DeploymentId, DeploymentStatus, AutoDeployed } = await client.createDeployment({ ApiId: id, StageName: 'prod', Description: 'first' })
  assert.deepEqual([DeploymentStatus, AutoDeployed], ['DEPLOYED', false])
  assert.equal((await gateway.call(id, 'GET', '/prod/one')).body, 'GET /one')
  const [route] = (await client.getRoutes({ ApiId: id })).Items!
  await client.updateRoute({ ApiId: id, RouteId: route!.RouteId, RouteKey: 'GET /two' })
  assert.equal((await gateway.call(id, 'GET', '/prod/two')).status, 404)
  const second = await client.createDeployment({ ApiId: id })
  await client.updateStage({ ApiId: id, StageName: 'prod', DeploymentId: second.DeploymentId })
  assert.equal((await gateway.call(id, 'GET', '/prod/two')).body, 'GET /two')
  await client.updateStage({ ApiId: id, StageName: 'prod', DeploymentId })
  assert.equal((await gateway.call(id, 'GET', '/prod/one')).body, 'GET /one')
  assert.equal((await client.updateDeployment({ ApiId: id, DeploymentId, Description: 'again' })).Description, 'again')
  await assert.rejects(client.deleteDeployment({ ApiId: id, DeploymentId }), {
    name: 'BadRequestException', message: /Active stages pointing to this deployment/
  })
  await client.deleteDeployment({ ApiId: id, DeploymentId: second.DeploymentId })
  await assert.rejects(client.getDeployment({ ApiId: id, DeploymentId: second.DeploymentId }), { name: 'NotFoundException' })
})

test('AutoDeploy: each change is deployed at once, and what it replaces goes', async () => {
  const { client } = gateway
  const id = await gateway.api(['GET /one'])
  gateway.reply(event => event.routeKey)
  const before = await client.getStage({ ApiId: id, StageName: '$default' })
  assert.equal(before.LastDeploymentStatusMessage, `Successfully deployed stage with deployment ID '${before.DeploymentId}'`)
  await client.createRoute({ ApiId: id, RouteKey: 'GET /two', Target: (await client.getRoutes({ ApiId: id })).Items![0]!.Target })
  assert.equal((await gateway.call(id, 'GET', '/two')).body, 'GET /two')
  const stage = await client.getStage({ ApiId: id, StageName: '$default' })
  assert.notEqual(stage.DeploymentId, before.DeploymentId)
  const { Items } = await client.getDeployments({ ApiId: id })
  assert.deepEqual(Items!.map(each => [each.DeploymentId, each.AutoDeployed]), [[stage.DeploymentId, true]])
  await assert.rejects(client.createDeployment({ ApiId: id, StageName: '$default' }), { name: 'BadRequestException' })
  await assert.rejects(client.updateStage({ ApiId: id, StageName: '$default', DeploymentId: stage.DeploymentId }), {
    message: 'Deployment ID cannot be set on a stage with AutoDeploy enabled'
  })
})

test('AutoDeploy: changes made at the same time are all deployed', async () => {
  const id = await gateway.api([])
  gateway.reply(event => event.routeKey)
  const { Items } = await gateway.client.getIntegrations({ ApiId: id })
  const keys = Array.from({ length: 20 }, (_, at) => `GET /r${at}`)
  await Promise.all(keys.map(RouteKey => gateway.client.createRoute({ ApiId: id, RouteKey, Target: `integrations/${Items![0]!.IntegrationId}` })))
  assert.deepEqual(await Promise.all(keys.map(async key => (await gateway.call(id, 'GET', key.slice(4))).body)), keys)
})

test('CreateDeployment: an API without routes has nothing to deploy', async () => {
  const { ApiId } = await gateway.client.createApi({ Name: 'empty', ProtocolType: 'HTTP' })
  await assert.rejects(gateway.client.createDeployment({ ApiId }), { name: 'BadRequestException', message: /At least one route/ })
})
