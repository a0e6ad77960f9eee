export const estimatePath = '/_fogbank/cost/estimate'

/** Where `fogbank cost` asks, and what EstimateTemplateCost of CloudFormation answers the address of. */
export const claims = ({ path, method }: { path: string, method: string }): boolean =>
  (path === '/_fogbank/cost' || path === estimatePath) && method === 'GET'
