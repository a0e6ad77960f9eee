import { rootOf } from '../../../platform/root.ts'
import type { Repo } from '../state.ts'

/** The account of the repository itself: author of Fogbank's own applications, and owner of what versions name in S3. */
export const repositoryAccount = '000000000001'
/** Where Fogbank's own applications are: as at AWS, what is public there is deployed in every region. */
export const repositoryRegion = 'us-east-1'

/** The repository, acting as itself. */
export const asRepository = (repo: Repo, region: string): Repo =>
  repo.in({ account: repositoryAccount, region, principal: rootOf(repositoryAccount, repo.partition) })

/** Keeps bytes where whoever knows the address may read them, and nobody can list them; resolves to the bucket and the key. */
export async function keep(repo: Repo, name: string, bytes: Uint8Array): Promise<{ Bucket: string, Key: string }> {
  const { s3 } = asRepository(repo, repo.region).aws
  const Bucket = `fogbank-serverlessrepo-${repo.region}`
  await s3.HeadBucket({ Bucket }).catch(async () => {
    await s3.CreateBucket({ Bucket, ...repo.region !== 'us-east-1' && { CreateBucketConfiguration: { LocationConstraint: repo.region as 'eu-west-1' } } })
    await s3.PutPublicAccessBlock({ Bucket, PublicAccessBlockConfiguration: { BlockPublicPolicy: false, RestrictPublicBuckets: false } })
    const Statement = [{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: `arn:${repo.partition}:s3:::${Bucket}/*` }]
    await s3.PutBucketPolicy({ Bucket, Policy: JSON.stringify({ Version: '2012-10-17', Statement }) })
  })
  const Key = `${repo.newId()}/${name}`
  await s3.PutObject({ Bucket, Key, Body: bytes as never })
  return { Bucket, Key }
}

/** Deletes what was kept for a version that is gone. */
export async function dropKept(repo: Repo, { kept }: { kept: string[] }): Promise<void> {
  const { s3 } = asRepository(repo, repo.region).aws
  for (const Key of kept) await s3.DeleteObject({ Bucket: `fogbank-serverlessrepo-${repo.region}`, Key })
}
