import { spawnSync, type SpawnSyncReturns } from 'node:child_process'
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const version = '1.54.0'
const folder = join(dirname(dirname(dirname(import.meta.dirname))), 'dist', 'protocol-tests')

const dependency = (name: string) =>
  `<dependency><groupId>software.amazon.smithy</groupId><artifactId>${name}</artifactId><version>${version}</version></dependency>`

const told = ({ error, stdout, stderr }: SpawnSyncReturns<string | Buffer>) => (error?.message ?? `${stdout}${stderr}`).slice(-500)

/**
 * The public Smithy protocol tests as a JSON AST: fetched by Maven and assembled by Smithy's own command, once, into dist.
 * Answers why it cannot, where there is no Maven, no Java or no network.
 */
export function smithyTests(): { ast: any } | { missing: string } {
  const file = join(folder, `ast-${version}.json`)
  if (!existsSync(file)) {
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'pom.xml'), `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion><groupId>fogbank</groupId>` +
      `<artifactId>protocol-tests</artifactId><version>1</version><packaging>pom</packaging><dependencies>` +
      `${['smithy-aws-protocol-tests', 'smithy-protocol-tests', 'smithy-cli'].map(dependency).join('')}</dependencies></project>`)
    const fetched = spawnSync('mvn', ['-q', '-B', 'dependency:copy-dependencies', '-DoutputDirectory=jars'], { cwd: folder, timeout: 180_000 })
    if (fetched.status !== 0) return { missing: `Maven could not fetch the protocol tests: ${told(fetched)}` }
    const models = globSync('jars/*{traits,validation-model,tests}-*.jar', { cwd: folder })
    const made = spawnSync('java', ['-cp', 'jars/*', 'software.amazon.smithy.cli.SmithyCli', 'ast', '--allow-unknown-traits', ...models], {
      cwd: folder, timeout: 120_000, maxBuffer: 64 * 1024 * 1024, encoding: 'utf8',
    })
    if (made.status !== 0) return { missing: `Smithy could not assemble the protocol tests: ${told(made)}` }
    writeFileSync(file, made.stdout)
  }
  return { ast: JSON.parse(readFileSync(file, 'utf8')) }
}
