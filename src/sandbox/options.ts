import type { Socket } from 'node:net'
import type { Logger } from '../platform/logging.ts'
import type { Destination } from './internet.ts'
import type { ScriptedOptions } from './scripted.ts'

export interface SandboxOptions {
  /** The strongest that works here, where it is not said. */
  driver?: 'isolated' | 'process' | 'scripted'
  /** What plays the functions of the scripted driver: needed there, refused elsewhere. */
  script?: ScriptedOptions['script']
  /** Of the scripted driver: plays a function's init. */
  scriptInit?: ScriptedOptions['init']
  /** Of the data folder; holds the state of live sandboxes and nothing that outlives them. */
  folder: string
  log: Logger
  /** Makes the connections of functions that have the internet, in the place of the host: for tests. */
  dial?: (to: Destination) => Socket
  /** Started runtimes that the isolated driver keeps waiting, for each kind that was used; 2 where it is not said. */
  poolSize?: number
  /** PATH, on which runtimes are looked for. */
  path?: string
  /** Where the bootstraps are; found beside the source or the build otherwise. */
  runtimesFolder?: string
  /** Where a user put the SDKs that functions find without packaging them; `~/.fogbank-sdk` otherwise. */
  sdkFolder?: string
}
