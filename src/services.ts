import type { ServiceDefinition } from './platform/service.ts'
import { apigatewayv2 } from './services/apigatewayv2/service.ts'
import { billing } from './services/billing/service.ts'
import { call } from './services/call/service.ts'
import { cloudformation } from './services/cloudformation/service.ts'
import { dynamodb } from './services/dynamodb/service.ts'
import { iam } from './services/iam/service.ts'
import { lambda } from './services/lambda/service.ts'
import { logs } from './services/logs/service.ts'
import { s3 } from './services/s3/service.ts'
import { sts } from './services/sts/service.ts'

/** The services of the cloud, one line each. */
export const services: ServiceDefinition[] = [
  apigatewayv2,
  billing,
  call,
  cloudformation,
  dynamodb,
  iam,
  lambda,
  logs,
  s3,
  sts,
]
