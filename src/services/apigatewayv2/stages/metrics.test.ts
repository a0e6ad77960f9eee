import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { MetricDatum } from '../../../contracts/sinks.ts'
import { service } from '../../../platform/service.ts'
import { startGatewayCloud, type GatewayCloud } from '../testing/gateway.ts'

const metrics: MetricDatum[] = []
const collector = service<any, any>({
  name: 'collector', tables: {}, operations: {}, authorization: {}, sinks: { metric: (_, datum) => void metrics.push(datum) },
})

let gateway: GatewayCloud
before(async () => { gateway = await startGatewayCloud([collector]) })
after(() => gateway.stop())

const told = (id: string, dimensions: object) =>
  Object.fromEntries(metrics.filter(each => each.dimensions.ApiId === id && JSON.stringify(each.dimensions) === JSON.stringify(dimensions))
  .map(({ name, value, unit }) => [name, `${value} ${unit}`]))

test('metrics: of the API and of its stage for each call, of the route where detailed metrics are on', async () => {
  const id = await gateway.api(['POST /items/{id}'])
  gateway.reply(() => 'four')
  await gateway.call(id, 'POST', '/items/7', { body: 'body' })
  await gateway.cloud.settle()
  const served = {
    Count: '1 Count', '4xx': '0 Count', '5xx': '0 Count', Latency: '0 Milliseconds', IntegrationLatency: '0 Milliseconds', DataProcessed: '8 Bytes',
  }
  assert.deepEqual(told(id, { ApiId: id }), served)
  assert.deepEqual(told(id, { ApiId: id, Stage: '$default' }), served)
  assert.deepEqual(told(id, { ApiId: id, Stage: '$default', Method: 'POST', Resource: '/items/{id}' }), {})
  await gateway.client.updateStage({ ApiId: id, StageName: '$default', DefaultRouteSettings: { DetailedMetricsEnabled: true } })
  metrics.length = 0
  gateway.reply(() => new Error('broken'))
  await gateway.call(id, 'POST', '/items/7')
  await gateway.cloud.settle()
  assert.equal(told(id, { ApiId: id, Stage: '$default', Method: 'POST', Resource: '/items/{id}' })['5xx'], '1 Count')
  metrics.length = 0
  await gateway.call(id, 'GET', '/nothing')
  await gateway.cloud.settle()
  const { '4xx': refused, IntegrationLatency } = told(id, { ApiId: id })
  assert.deepEqual([refused, IntegrationLatency], ['1 Count', undefined])
})
