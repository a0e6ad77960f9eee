import { loadModel } from '../../src/protocol/model.ts'
import { services } from '../../src/services.ts'
import { startCloud } from '../../src/testing/index.ts'
import { callOften, furnish, ticking } from './calls.ts'

// A long fuzz: `node tests/fuzz/plausible.ts SEED ROUNDS [SERVICE]`. Prints what went wrong; the log on stderr has the stacks.
const [seed = '1', rounds = '20', only] = process.argv.slice(2)
for (const definition of await Promise.all(services.map(room => room.load()))) {
  if (!loadModel(definition.name) || (only !== undefined && definition.name !== only)) continue
  const cloud = await startCloud({ sandboxDriver: 'process', verbose: true })
  await furnish(cloud)
  const stopTicking = ticking(cloud)
  const { failures, good } = await callOften(cloud, definition, Number(seed), Number(rounds))
  console.log(`${definition.name}: ${good} answers, ${failures.length} failures`)
  for (const failure of failures) console.log(`  ${failure}`)
  await stopTicking()
  await cloud.stop()
}
