import type { ServiceDefinition } from './platform/service.ts'

/** The services of the cloud, one line each. */
export const services: ServiceDefinition[] = [
]
