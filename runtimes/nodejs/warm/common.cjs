// As module.mjs, for CommonJS.
exports.handler = async event => event
