import type { Dataset } from './model';

/** Where a dataset finds its images in Amazon's S3; kept beside the store, for nothing is ever fetched from it. */
export interface Bucket {
	id: string;
	accessKey: string;
	name: string;
	locationPath: string;
	bucketName: string;
	bucketRegion: string;
}

const BUCKETS = new WeakMap<Dataset, Bucket>();

export function setBucket(dataset: Dataset, bucket: Bucket): void {
	BUCKETS.set(dataset, bucket);
}

export function bucketOf(dataset: Dataset): Bucket | undefined {
	return BUCKETS.get(dataset);
}
