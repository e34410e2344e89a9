import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { IDataObject, INode, INodeParameters } from 'n8n-workflow';
import sharp from 'sharp';
import { PHOTOS } from '@datagym/tools/paths';
import { serve, type LocalServer } from './httpServer';
import type { WorkflowFile } from './n8n/engine';
import { byId, chain, manualTrigger, node } from './workflow';

interface Box {
	readonly label: string;
	readonly x: number;
	readonly y: number;
	readonly w: number;
	readonly h: number;
}

interface Picture {
	readonly width: number;
	readonly height: number;
	readonly boxes: readonly Box[];
}

/** The photographs of which people have drawn boxes; on the flower there are none, and of the rocket the model says that it failed. */
export const TRUTH: Readonly<Record<string, readonly Box[]>> = {
	'coffee.jpg': [
		{ label: 'cup', x: 173, y: 18, w: 236, h: 291 },
		{ label: 'spoon', x: 326, y: 66, w: 99, h: 260 },
	],
	'dogs.jpg': [
		{ label: 'dog', x: 197, y: 285, w: 91, h: 137 },
		{ label: 'dog', x: 130, y: 147, w: 93, h: 113 },
	],
	'flower.jpg': [],
	'rocket.jpg': [{ label: 'rocket', x: 310, y: 127, w: 25, h: 280 }],
};
export const FAILING = 'rocket.jpg';
export const CLASSES = ['cup', 'spoon', 'dog', 'rocket'].map((entryKey) => ({ entryKey, type: 'rectangle' }));

/** How models answer about a picture, as their documentation has it. */
export const FAMILIES: Readonly<Record<string, (picture: Picture) => unknown>> = {
	huggingFace: ({ boxes }) =>
		boxes.map(({ label, x, y, w, h }) => ({ label, score: 0.9, box: { xmin: x, ymin: y, xmax: x + w, ymax: y + h } })),
	roboflow: ({ width, height, boxes }) => ({
		time: 0.05,
		image: { width, height },
		predictions: boxes.map(({ label, x, y, w, h }) => ({
			x: x + w / 2,
			y: y + h / 2,
			width: w,
			height: h,
			confidence: 0.9,
			class: label,
			class_id: 0,
		})),
	}),
	ultralytics: ({ boxes }) =>
		boxes.map(({ label, x, y, w, h }) => ({
			name: label,
			class: 0,
			confidence: 0.9,
			box: { x1: x, y1: y, x2: x + w, y2: y + h },
		})),
	gemini: ({ width, height, boxes }) => {
		const thousandths = (value: number, side: number) => Math.round((1000 * value) / side);
		const found = boxes.map(({ label, x, y, w, h }) => ({
			box_2d: [thousandths(y, height), thousandths(x, width), thousandths(y + h, height), thousandths(x + w, width)],
			label,
		}));
		const text = '```json\n' + JSON.stringify(found) + '\n```';
		return { candidates: [{ content: { role: 'model', parts: [{ text }] }, finishReason: 'STOP' }] };
	},
	rekognition: ({ width, height, boxes }) => ({
		Labels: boxes.map(({ label, x, y, w, h }) => ({
			Name: label,
			Confidence: 90,
			Instances: [
				{ BoundingBox: { Left: x / width, Top: y / height, Width: w / width, Height: h / height }, Confidence: 90 },
			],
		})),
		LabelModelVersion: '3.0',
	}),
	googleVision: ({ width, height, boxes }) => ({
		responses: [
			{
				localizedObjectAnnotations: boxes.map(({ label, x, y, w, h }) => ({
					mid: '/m/0',
					name: label,
					score: 0.9,
					boundingPoly: {
						normalizedVertices: [
							[x, y],
							[x + w, y],
							[x + w, y + h],
							[x, y + h],
						].map(([left = 0, top = 0]) => ({ x: left / width, y: top / height })),
					},
				})),
			},
		],
	}),
};

/** A model of every family, at the path of its name. What it says of an image that it does not know, or that fails, is an error. */
export async function startFamilies(): Promise<LocalServer> {
	const pictures = new Map<string, Picture & { readonly name: string }>();
	for (const [name, boxes] of Object.entries(TRUTH)) {
		const bytes = readFileSync(join(PHOTOS, name));
		// As the model sees it: upright.
		const { autoOrient } = await sharp(bytes).metadata();
		pictures.set(bytes.toString('base64'), { name, ...autoOrient, boxes });
	}
	return await serve((request, response) => {
		void buffer(request).then((bytes) => {
			const picture = pictures.get(bytes.toString('base64'));
			const family = FAMILIES[request.url?.slice(1) ?? ''];
			response.setHeader('Content-Type', 'application/json');
			// With status 200: when an upload is refused, n8n's HTTP Request breaks the request that it is still ending, now and then.
			const isFailed = family === undefined || picture === undefined || picture.name === FAILING;
			response.end(JSON.stringify(isFailed ? { error: 'Model is loading' } : family(picture)));
		});
	});
}

interface FlowOptions {
	readonly projectId: string;
	readonly datasetId: string;
	/** Takes the bytes of an image by POST. */
	readonly modelUrl: string;
	/** The options of HTTP Request. */
	readonly options: IDataObject;
}

const dataGym = (name: string, parameters: IDataObject, settings: Partial<INode> = {}) =>
	node(name, 'n8n-nodes-datagym.dataGym', parameters as INodeParameters, settings);

/** As a user connects them: no Code node, no Set node, and no expression but the default ones. */
export const predictionFlow = ({ projectId, datasetId, modelUrl, options }: FlowOptions): WorkflowFile =>
	chain(
		manualTrigger,
		dataGym('List', { resource: 'image', operation: 'getAll', datasetId: byId(datasetId), returnAll: true }),
		dataGym('Download', {
			resource: 'image',
			operation: 'download',
			imageId: { __rl: true, mode: 'id', value: '={{ $json.imageId }}' },
		}),
		node(
			'Ask',
			'n8n-nodes-base.httpRequest',
			{
				method: 'POST',
				url: modelUrl,
				sendBody: true,
				contentType: 'binaryData',
				inputDataFieldName: 'data',
				options,
			} as INodeParameters,
			{ typeVersion: 4.2, onError: 'continueRegularOutput' },
		),
		dataGym(
			'DataGym',
			{ resource: 'prediction', operation: 'import', projectId: byId(projectId) },
			{ onError: 'continueRegularOutput' },
		),
	);

/** Keeps images on which the model finds nothing: "Include Response Headers and Status". */
const WHOLE_RESPONSE = { response: { response: { fullResponse: true, responseFormat: 'json' } } };

/** The two settings of HTTP Request, with the photographs that have labels in the end. */
export const RESPONSES: ReadonlyArray<readonly [string, IDataObject, readonly string[]]> = [
	['the whole response', WHOLE_RESPONSE, ['coffee.jpg', 'dogs.jpg', 'flower.jpg']],
	['the body alone', {}, ['coffee.jpg', 'dogs.jpg']],
];

interface StoredValue {
	readonly entryKeyLcEntry: string;
	readonly point?: { readonly x: number; readonly y: number };
	readonly width?: number;
	readonly height?: number;
}

/** What the server should have of the photograph, and `storedBoxes` what it has: `dog 197 285 91 137`, in whole pixels. */
export function expectedBoxes(name: string): string[] {
	const boxes = name === FAILING ? [] : (TRUTH[name] ?? []);
	return boxes.map(({ label, x, y, w, h }) => `${label} ${x} ${y} ${w} ${h}`).sort();
}

/** Thousandths of a picture are less than a pixel. */
export async function storedBoxes({ url, token }: { url: string; token: string }, taskId: string): Promise<string[]> {
	const response = await fetch(`${url}/api/v1/task/${taskId}`, { headers: { Authorization: `Token ${token}` } });
	const task = (await response.json()) as { labelIteration: { entryValues: StoredValue[] } };
	return task.labelIteration.entryValues
		.map(({ entryKeyLcEntry: key, point, width, height }) =>
			[key, ...[point?.x, point?.y, width, height].map((value) => Math.round(value ?? NaN))].join(' '),
		)
		.sort();
}
