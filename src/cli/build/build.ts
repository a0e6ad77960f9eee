import { UserError } from '../client.ts'
import type { BuildContext, Built, Source } from './context.ts'
import { filesOf } from './files.ts'

type Builder = (source: Source, context: BuildContext) => Promise<Built>

const builders: Record<string, () => Promise<Builder>> = {
  node: async () => (await import('./node.ts')).buildNode,
  nodeLayer: async () => (await import('./node.ts')).buildNodeLayer,
  python: async () => (await import('./python.ts')).buildPython,
  pythonLayer: async () => (await import('./python.ts')).buildPythonLayer,
  esbuild: async () => (await import('./esbuild.ts')).buildEsbuild,
  makefile: async () => (await import('./make.ts')).buildMake,
  go: async () => (await import('./make.ts')).buildGo,
  asItIs: async () => async source => ({ files: await filesOf(source.path), inputs: [] }),
}

/**
 * What is deployed of a function's or layer's folder, as `sam build` makes it: Metadata's BuildMethod decides, then the runtime. `SkipBuild` takes
 * the folder as it is. Throws UserError with the tool's output where a build fails.
 */
export async function buildSource(source: Source, context: BuildContext): Promise<Built> {
  const build = await builders[builderOf(source)]!()
  return build(source, context)
}

function builderOf({ id, kind, runtime = '', metadata }: Source): string {
  if (metadata.SkipBuild === true || metadata.SkipBuild === 'true' || metadata.SkipBuild === 'True') return 'asItIs'
  const method: unknown = metadata.BuildMethod
  if (method === undefined) {
    // A layer is built only where the template says how.
    if (kind === 'layer') return 'asItIs'
    return runtime.startsWith('nodejs') ? 'node' : runtime.startsWith('python') ? 'python' : 'asItIs'
  }
  if (method === 'makefile') return 'makefile'
  if (method === 'esbuild' && kind === 'function') return 'esbuild'
  if (method === 'go1.x' && kind === 'function') return 'go'
  if (typeof method === 'string' && /^nodejs\d+\.x$/.test(method)) return kind === 'layer' ? 'nodeLayer' : 'node'
  if (typeof method === 'string' && /^python3\.\d+$/.test(method)) return kind === 'layer' ? 'pythonLayer' : 'python'
  throw new UserError(
    `${id}: fogbank does not build with BuildMethod ${String(method)}${kind === 'layer' ? ' for a layer' : ''}; `
    + 'it builds with esbuild, nodejsN.x, python3.N, makefile and go1.x. Run `sam build`, and deploy .aws-sam/build/template.yaml.',
  )
}
