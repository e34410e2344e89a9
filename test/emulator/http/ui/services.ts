import { ApiError, notFound, ruleBroken, systemFault, unavailable } from '../../errors';
import { bucketOf, setBucket, type Bucket } from '../../store/buckets';
import type { Dataset } from '../../store/model';
import { type Call, type Route, json, plain, withJson } from '../endpoint';
import { asObject, checkField, refuse, textOrNull } from '../fields';

/** What the open core answers about things that the hosted service alone has: reviewers, pre-labeling, AI and Amazon's S3. */
export const serviceRoutes: Route[] = [
	plain('ui', 'GET', '/api/reviewer/:id', ({ store, params: { id = '' } }) => {
		store.project(id);
		return json([]);
	}),
	plain('ui', 'GET', '/api/reviewer/:id/possible', hostedOnly),
	// Nobody but the built-in user is there, and it is no one that can be found [ui 338].
	withJson('ui', 'POST', '/api/reviewer', readReviewer, (_call, { userId }) => {
		throw notFound('User', userId);
	}),
	plain('ui', 'DELETE', '/api/reviewer/:id', ({ params: { id = '' } }) => {
		throw notFound('Reviewer', id);
	}),
	plain('ui', 'GET', '/api/prelabelconfig/:id', hostedOnly),
	plain('ui', 'POST', '/api/aiseg/prepare/:imageId', withoutAi),
	plain('ui', 'POST', '/api/aiseg/calculate', withoutAi),
	plain('ui', 'DELETE', '/api/aiseg/finish/:imageId', withoutAi),
	plain('ui', 'GET', '/api/dataset/:id/aws', (call) => json(bucketView(datasetOf(call)))),
	withJson('ui', 'POST', '/api/dataset/:id/aws', readBucket, (call, bucket) => {
		const dataset = datasetOf(call);
		setBucket(dataset, { ...bucket, id: call.store.newId() });
		return json(bucketView(dataset));
	}),
	plain('ui', 'POST', '/api/dataset/:id/aws/sync', (call) => {
		const dataset = datasetOf(call);
		// No key is good here, and there is no network [ui 352].
		throw bucketOf(dataset) ? systemFault() : ruleBroken('not_found_aws_credentials', dataset.id);
	}),
	plain('ui', 'GET', '/api/dataset/:id/signedUri', withoutAws),
	plain('ui', 'POST', '/api/dataset/:id/confirmUri', withoutAws),
];

function hostedOnly(): never {
	throw new ApiError(503, 'ex_feature_not_for_open_core');
}

function withoutAi(): never {
	throw unavailable('ai');
}

function withoutAws(): never {
	throw unavailable('aws');
}

function datasetOf(call: Call): Dataset {
	return call.store.dataset(call.param('id'), 'dataset');
}

function readReviewer(body: unknown) {
	const fields = asObject(body);
	const userId = textOrNull(fields.userId);
	const projectId = textOrNull(fields.projectId);
	refuse([
		...checkField(userId, { label: 'User Id', required: true }),
		...checkField(projectId, { label: 'Project Id', required: true }),
	]);
	return { userId: userId ?? '' };
}

function readBucket(body: unknown): Omit<Bucket, 'id'> {
	const fields = asObject(body);
	const [accessKey, secretKey] = [textOrNull(fields.accessKey), textOrNull(fields.secretKey)];
	const [bucketName, bucketRegion] = [textOrNull(fields.bucketName), textOrNull(fields.bucketRegion)];
	const [name, locationPath] = [textOrNull(fields.name), textOrNull(fields.locationPath)];
	const needed = { 'Access Key': accessKey, 'Secret Key': secretKey, Name: name };
	refuse([
		...Object.entries({ ...needed, 'Bucket Name': bucketName, 'Bucket Region': bucketRegion }).flatMap(
			([label, text]) => checkField(text, { label, required: true }),
		),
		// Empty is allowed: the bucket's root.
		...checkField(locationPath, { label: 'Location Path', required: true }).filter(({ key }) => key === 'ex_notnull'),
	]);
	return {
		accessKey: accessKey ?? '',
		name: name ?? '',
		locationPath: locationPath ?? '',
		bucketName: bucketName ?? '',
		bucketRegion: bucketRegion ?? '',
	};
}

const NO_BUCKET = { id: null, accessKey: null, name: null, locationPath: null, bucketName: null, bucketRegion: null };

/** The secret is never shown. */
function bucketView(dataset: Dataset) {
	const bucket = bucketOf(dataset);
	return {
		...(bucket ?? NO_BUCKET),
		secretKey: bucket ? '*' : null,
		lastError: null,
		lastErrorTimeStamp: null,
		lastSynchronized: null,
		datasetId: bucket ? dataset.id : null,
	};
}
