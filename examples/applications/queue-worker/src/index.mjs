/** Does the jobs of a batch, each a JSON object; tells which of them failed, so that the others are not done again. */
export async function handler({ Records }) {
  const done = await Promise.allSettled(Records.map(async record => work(JSON.parse(record.body))))
  return { batchItemFailures: Records.filter((_, at) => done[at].status === 'rejected').map(({ messageId }) => ({ itemIdentifier: messageId })) }
}

/** Put your own work here. */
async function work(job) {
  if (job.fail) throw new Error('The job asked to fail.')
  console.info('done', JSON.stringify(job))
}
