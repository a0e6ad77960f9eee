import type { Value } from '../python.ts'

export interface PolicyTemplate { parameters: string[], definition: Value }
