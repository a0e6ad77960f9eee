// Loaded and called by a waiting runtime, so that its first function is not the first.
export const handler = async event => event
