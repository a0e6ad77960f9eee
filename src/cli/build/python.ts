import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { firstOnPath, kept, runTool, type BuildContext, type Built, type Source } from './context.ts'
import { filesOf, fingerprint, type File } from './files.ts'

const read = new Map<string, File[]>()

/** A folder of Python, and what its requirements.txt asks for beside it, as `pip install -t` puts it. */
export async function buildPython(source: Source, context: BuildContext): Promise<Built> {
  const own = await filesOf(source.path)
  const packages = await requirementsOf(source, context)
  const names = new Set(own.map(([path]) => path))
  // The function's own file wins over one of the same name in a package.
  return { files: [...own, ...packages.filter(([path]) => !names.has(path))], inputs: [] }
}

/** A layer's packages and files, where Lambda looks for those of Python. */
export async function buildPythonLayer(source: Source, context: BuildContext): Promise<Built> {
  const { files } = await buildPython(source, context)
  return { files: files.map(([path, ...rest]): File => [`python/${path}`, ...rest]), inputs: [] }
}

async function requirementsOf(source: Source, context: BuildContext): Promise<File[]> {
  const file = join(source.path, 'requirements.txt')
  const text = await readFile(file, 'utf8').catch(() => '')
  if (!/^\s*[^#\s]/m.test(text)) return []
  const wanted = /^python3\.\d+$/.test(source.runtime ?? '') ? [source.runtime!] : []
  const command = await firstOnPath(context, [...wanted, 'python3']) ?? wanted[0] ?? 'python3'
  // Other files of requirements and packages on this machine count with the rest of the folder.
  const local = /^\s*(?:-|\.|\/|file:)|@\s*file:/m.test(text)
  const parts: File[] = local ? await filesOf(source.path) : [['requirements.txt', Buffer.from(text), 0o644]]
  const key = fingerprint(parts, 'pip', command, local ? source.path : '')
  const folder = await kept(context, 'requirements', key, async target => {
    context.say(`Installing requirements of ${source.id} (${command} -m pip)\n`)
    await runTool(context, {
      id: source.id, command, cwd: source.path, install: 'https://www.python.org has it.',
      args: ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-compile', '-r', file, '-t', target],
    })
  }, false)
  const files = read.get(folder) ?? await filesOf(folder)
  read.set(folder, files)
  return files
}
