/** GET /hello/{name} */
export const handler = async event => ({ message: `${process.env.GREETING}, ${decodeURIComponent(event.pathParameters.name)}!` })
