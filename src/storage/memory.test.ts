import { conformance } from './conformance.ts'
import { openStore } from './open.ts'

conformance('memory', () => openStore({ memory: true }))
