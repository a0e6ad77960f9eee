import type { PolicyTemplate } from './template-type.ts'
import { templates1 } from './templates-1.ts'
import { templates2 } from './templates-2.ts'
import { templates3 } from './templates-3.ts'
import { templates4 } from './templates-4.ts'

/** Every policy template of SAM by its name, a fact of its public documentation. */
export const policyTemplates: Record<string, PolicyTemplate> = { ...templates1, ...templates2, ...templates3, ...templates4 }
