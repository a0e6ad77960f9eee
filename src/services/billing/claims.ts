/** Where `fogbank cost` asks. */
export const claims = ({ path, method }: { path: string, method: string }): boolean => path === '/_fogbank/cost' && method === 'GET'
