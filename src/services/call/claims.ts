/** Where the command line sends its calls. */
export const claims = ({ path, method }: { path: string, method: string }): boolean => path === '/_fogbank/call' && method === 'POST'
