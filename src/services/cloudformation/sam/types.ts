import { serverlessWebSocketApi, webSocketApiTypes } from './api/websocket-api.ts'
import { apiTypes, serverlessApi } from './api/rest-api.ts'
import { httpApiTypes, serverlessHttpApi } from './api/http-api.ts'
import { serverlessFunction } from './function/function.ts'
import { functionTypes } from './function/properties.ts'
import { expandPolicyTemplates } from './policies/role.ts'
import { connectorTypes, serverlessConnector } from './connectors/connector.ts'
import type { PropertyTypes } from './properties.ts'
import type { Dict } from './python.ts'
import type { Generated } from './resource.ts'
import { applicationTypes, locateApplication, serverlessApplication } from './resources/application.ts'
import { capacityProviderTypes, serverlessCapacityProvider } from './resources/capacity-provider.ts'
import { graphQlApiTypes, serverlessGraphQlApi } from './resources/graphql-api.ts'
import { layerVersionTypes, serverlessLayerVersion } from './resources/layer-version.ts'
import { serverlessSimpleTable, simpleTableTypes } from './resources/simple-table.ts'
import { serverlessStateMachine, stateMachineTypes } from './resources/state-machine.ts'
import type { Sam } from './scope.ts'

/** A type of SAM resource: its properties, and what it becomes. */
export interface SamType {
  properties: PropertyTypes
  /** Changes the properties before they are checked. */
  prepare?: (sam: Sam, id: string, properties: Dict) => void
  resources: (sam: Sam, id: string, resource: Dict, properties: Dict) => Generated[]
  /** Names under which a generated resource can be referred to, as in `!Ref Function.Version`. */
  references?: Record<string, string>
  /** Functions and state machines come before the APIs that their events change, connectors after everything. */
  turn: number
}

const expand = (_sam: Sam, id: string, properties: Dict): void => expandPolicyTemplates(id, properties)
const v2References = { Stage: 'AWS::ApiGatewayV2::Stage', DomainName: 'AWS::ApiGatewayV2::DomainName' }

export const types: Record<string, SamType> = {
  'AWS::Serverless::Function': {
    turn: 0, properties: functionTypes, prepare: expand, resources: serverlessFunction,
    references: { Alias: 'AWS::Lambda::Alias', Version: 'AWS::Lambda::Version', DestinationTopic: 'AWS::SNS::Topic', DestinationQueue: 'AWS::SQS::Queue' },
  },
  'AWS::Serverless::StateMachine': { turn: 1, properties: stateMachineTypes, prepare: expand, resources: serverlessStateMachine },
  'AWS::Serverless::Api': {
    turn: 2, properties: apiTypes, resources: serverlessApi,
    references: {
      Stage: 'AWS::ApiGateway::Stage', Deployment: 'AWS::ApiGateway::Deployment', DomainName: 'AWS::ApiGateway::DomainName',
      DomainNameV2: 'AWS::ApiGateway::DomainNameV2',
      UsagePlan: 'AWS::ApiGateway::UsagePlan', UsagePlanKey: 'AWS::ApiGateway::UsagePlanKey', ApiKey: 'AWS::ApiGateway::ApiKey',
    },
  },
  'AWS::Serverless::HttpApi': { turn: 2, properties: httpApiTypes, resources: serverlessHttpApi, references: v2References },
  'AWS::Serverless::WebSocketApi': { turn: 2, properties: webSocketApiTypes, resources: serverlessWebSocketApi, references: v2References },
  'AWS::Serverless::SimpleTable': { turn: 3, properties: simpleTableTypes, resources: serverlessSimpleTable },
  'AWS::Serverless::LayerVersion': { turn: 3, properties: layerVersionTypes, resources: serverlessLayerVersion },
  'AWS::Serverless::Application': { turn: 3, properties: applicationTypes, prepare: locateApplication, resources: serverlessApplication },
  'AWS::Serverless::CapacityProvider': { turn: 3, properties: capacityProviderTypes, resources: serverlessCapacityProvider },
  'AWS::Serverless::GraphQLApi': { turn: 3, properties: graphQlApiTypes, resources: serverlessGraphQlApi },
  'AWS::Serverless::Connector': { turn: 4, properties: connectorTypes, resources: serverlessConnector },
}
