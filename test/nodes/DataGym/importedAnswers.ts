import type { IDataObject } from 'n8n-workflow';

/** What a model can answer about an image of 640 × 480 pixels. */
export const ANSWERS = ['good', 'empty', 'error', 'allDropped', 'wrongUnits'] as const;
export type AnswerKind = (typeof ANSWERS)[number];

export interface FormatAnswers {
	readonly key: string;
	/** The fields of the operation, besides those that all formats have. */
	readonly parameters?: IDataObject;
	readonly options?: IDataObject;
	/** Whether an answer without labels is an error: a table without rows names no image, an empty text may be one that is missing. */
	readonly withoutEmpty?: boolean;
	/** Whether the numbers of the wrong unit are pixels or fractions. */
	readonly wrong: 'pixels' | 'fractions';
	/** The parts of the image's sides that are 1 in the format, if it has them; of formats of fractions, one. */
	readonly parts?: number;
	/** An answer with a car from left, top to right, bottom, or with none. */
	readonly with: (image: string, corners?: Corners) => unknown;
	/** An answer that is an error, with the words `the model is asleep`. */
	readonly error: unknown;
}

/** In pixels, or in the wrong unit. */
type Corners = readonly [left: number, top: number, right: number, bottom: number];

const SIZE = [640, 480, 640, 480] as const;
const fractions = (corners: Corners): Corners => corners.map((at, index) => at / SIZE[index]!) as unknown as Corners;
const sides = ([left, top, right, bottom]: Corners) => [left, top, right - left, bottom - top];
const center = ([left, top, right, bottom]: Corners) => [
	(left + right) / 2,
	(top + bottom) / 2,
	right - left,
	bottom - top,
];
const yFirst = ([left, top, right, bottom]: Corners) => [top, left, bottom, right];
const outline = ([left, top, right, bottom]: Corners) => [left, top, right, top, right, bottom, left, bottom];
/** Qwen2.5-VL resizes 640 × 480 to 23 × 17 patches of 28 pixels. */
const atQwensSize = (at: number, index: number) => (at * (index % 2 === 0 ? 644 : 476)) / SIZE[index]!;
const WORDS = 'the model is asleep';
const PAGE = `<!DOCTYPE html><html><head><title>502: ${WORDS}</title></head><body><h1>Bad Gateway</h1></body></html>`;

function named<Name extends string>(names: readonly Name[], numbers: readonly number[]): Record<Name, number> {
	return Object.fromEntries(names.map((name, index) => [name, numbers[index]])) as Record<Name, number>;
}

function cvat(image: string, corners?: Corners): string {
	const [xtl, ytl, xbr, ybr] = corners ?? [];
	const box = corners && `<box label="car" xtl="${xtl}" ytl="${ytl}" xbr="${xbr}" ybr="${ybr}"/>`;
	return `<annotations><image name="${image}" width="640" height="480">${box ?? ''}</image></annotations>`;
}

function voc(image: string, corners?: Corners): string {
	const [xmin, ymin, xmax, ymax] = corners ?? [];
	const object =
		corners &&
		`<object><name>car</name><bndbox><xmin>${xmin}</xmin><ymin>${ymin}</ymin><xmax>${xmax}</xmax><ymax>${ymax}</ymax></bndbox></object>`;
	return `<annotation><filename>${image}</filename><size><width>640</width><height>480</height></size>${object ?? ''}</annotation>`;
}

function vision(corners?: Corners) {
	if (corners === undefined) return { responses: [{}] };
	const [left, top, right, bottom] = corners;
	const vertices = [
		[left, top],
		[right, top],
		[right, bottom],
		[left, bottom],
	].map(([x, y]) => ({ x, y }));
	const object = { name: 'car', score: 0.9, boundingPoly: { normalizedVertices: vertices } };
	return { responses: [{ localizedObjectAnnotations: [object] }] };
}

/** Reads corners in pixels, whatever the format writes; the wrong unit is what `cornersIn` gives. */
export const FORMAT_ANSWERS: readonly FormatAnswers[] = [
	{
		key: 'coco',
		wrong: 'fractions',
		with: (file_name, corners) => ({
			images: [{ id: 1, file_name, width: 640, height: 480 }],
			categories: [{ id: 1, name: 'car' }],
			annotations: corners ? [{ id: 1, image_id: 1, category_id: 1, bbox: sides(corners) }] : [],
		}),
		error: { error: WORDS },
	},
	{
		key: 'cocoResults',
		parameters: { categoriesFrom: 'names', categoryNames: '{"1": "car"}' },
		wrong: 'fractions',
		with: (_, corners) => (corners ? [{ image_id: 1, category_id: 1, bbox: sides(corners), score: 0.9 }] : []),
		error: { errors: [{ message: WORDS }] },
	},
	{ key: 'cvat', wrong: 'fractions', with: cvat, error: PAGE },
	{
		key: 'dataGym',
		wrong: 'fractions',
		with: (external_media_ID, corners) => ({
			external_media_ID,
			labels: corners ? { car: [{ rectangle: [named(['x', 'y', 'w', 'h'], sides(corners))] }] } : {},
		}),
		error: { error: { message: WORDS } },
	},
	{
		key: 'googleVision',
		wrong: 'pixels',
		with: (_, corners) => vision(corners),
		error: { responses: [{ error: { code: 7, message: WORDS } }] },
	},
	{
		key: 'huggingFace',
		wrong: 'fractions',
		with: (_, corners) =>
			corners ? [{ label: 'car', score: 0.9, box: named(['xmin', 'ymin', 'xmax', 'ymax'], corners) }] : [],
		error: { error: WORDS, estimated_time: 20 },
	},
	{
		key: 'labelMe',
		wrong: 'fractions',
		with: (imagePath, corners) => ({
			imagePath,
			imageWidth: 640,
			imageHeight: 480,
			shapes: corners
				? [
						{
							label: 'car',
							shape_type: 'rectangle',
							points: [corners.slice(0, 2), corners.slice(2)],
						},
					]
				: [],
		}),
		error: { data: PAGE },
	},
	{
		key: 'labelStudio',
		wrong: 'fractions',
		parts: 100,
		with: (image, corners) => [
			{
				data: { image: `/data/${image}` },
				predictions: [
					{
						result: corners
							? [
									{
										id: 'a',
										type: 'rectanglelabels',
										from_name: 'label',
										original_width: 640,
										original_height: 480,
										value: { ...named(['x', 'y', 'width', 'height'], sides(corners)), rectanglelabels: ['car'] },
									},
								]
							: [],
					},
				],
			},
		],
		error: { status_code: 500, error: WORDS },
	},
	{
		key: 'azureCustomVision',
		wrong: 'pixels',
		with: (_, corners) => ({
			predictions: corners
				? [
						{
							tagName: 'car',
							probability: 0.9,
							boundingBox: named(['left', 'top', 'width', 'height'], sides(corners)),
						},
					]
				: [],
		}),
		error: { code: 'BadRequestImageFormat', message: WORDS },
	},
	{
		key: 'azureVision',
		wrong: 'fractions',
		with: (_, corners) => ({
			metadata: { width: 640, height: 480 },
			objectsResult: {
				values: corners
					? [{ boundingBox: named(['x', 'y', 'w', 'h'], sides(corners)), tags: [{ name: 'car', confidence: 0.9 }] }]
					: [],
			},
		}),
		error: { error: { code: 'InvalidRequest', message: WORDS } },
	},
	{
		key: 'columns',
		wrong: 'fractions',
		with: (_, corners) =>
			corners ? { boxes: [corners], labels: ['car'], scores: [0.9] } : { boxes: [], labels: [], scores: [] },
		error: { error: WORDS },
	},
	{
		key: 'createMl',
		wrong: 'fractions',
		with: (image, corners) => [
			{
				image,
				annotations: corners
					? [{ label: 'car', coordinates: named(['x', 'y', 'width', 'height'], center(corners)) }]
					: [],
			},
		],
		error: { error: WORDS },
	},
	{
		key: 'csv',
		wrong: 'fractions',
		withoutEmpty: true,
		with: (image, corners) =>
			`filename,width,height,class,xmin,ymin,xmax,ymax\n${corners ? `${image},640,480,car,${corners.join(',')}\n` : ''}`,
		error: PAGE,
	},
	{
		key: 'darknet',
		wrong: 'pixels',
		with: (_, corners) => [
			{
				frame_id: 1,
				objects: corners
					? [
							{
								name: 'car',
								confidence: 0.9,
								relative_coordinates: named(['center_x', 'center_y', 'width', 'height'], center(corners)),
							},
						]
					: [],
			},
		],
		error: { error: WORDS },
	},
	{
		key: 'groundTruth',
		wrong: 'fractions',
		with: (image, corners) => ({
			'source-ref': `s3://bucket/${image}`,
			job: {
				image_size: [{ width: 640, height: 480 }],
				annotations: corners ? [{ class_id: 0, ...named(['left', 'top', 'width', 'height'], sides(corners)) }] : [],
			},
			'job-metadata': { 'class-map': { 0: 'car' } },
		}),
		error: { error: WORDS },
	},
	{
		key: 'huggingFaceMetadata',
		wrong: 'fractions',
		with: (file_name, corners) => ({
			file_name,
			width: 640,
			height: 480,
			objects: { bbox: corners ? [sides(corners)] : [], categories: corners ? ['car'] : [] },
		}),
		error: { error: WORDS },
	},
	{
		key: 'via',
		wrong: 'fractions',
		with: (filename, corners) => ({
			a: {
				filename,
				regions: corners
					? [
							{
								shape_attributes: { name: 'rect', ...named(['x', 'y', 'width', 'height'], sides(corners)) },
								region_attributes: { class: 'car' },
							},
						]
					: [],
			},
		}),
		error: { error: WORDS },
	},
	{
		key: 'florence',
		wrong: 'fractions',
		with: (_, corners) => ({ '<OD>': { bboxes: corners ? [corners] : [], labels: corners ? ['car'] : [] } }),
		error: { status: 'failed', error: WORDS, output: null },
	},
	{
		key: 'gemini',
		wrong: 'fractions',
		parts: 1000,
		with: (_, corners) => (corners ? [{ box_2d: yFirst(corners), label: 'car' }] : []),
		error: { error: { code: 503, message: WORDS, status: 'UNAVAILABLE' } },
	},
	{
		key: 'openCv',
		options: { classMapping: '{"object": "car"}' },
		wrong: 'fractions',
		with: (_, corners) => (corners ? [sides(corners)] : []),
		error: { detail: WORDS },
	},
	{
		key: 'qwen25',
		wrong: 'fractions',
		with: (_, corners) => (corners ? [{ bbox_2d: corners.map(atQwensSize), label: 'car' }] : []),
		error: { error: { message: WORDS } },
	},
	{
		key: 'qwen3',
		wrong: 'fractions',
		parts: 1000,
		with: (_, corners) => (corners ? [{ bbox_2d: corners, label: 'car' }] : []),
		error: { error: { message: WORDS } },
	},
	{
		key: 'segmentAnything',
		options: { classMapping: '{"object": "car"}' },
		wrong: 'fractions',
		with: (_, corners) =>
			corners ? [{ segmentation: [outline(corners)], bbox: sides(corners), predicted_iou: 0.9 }] : [],
		error: { detail: WORDS },
	},
	{
		key: 'tensorFlow',
		parameters: { classNames: 'car' },
		wrong: 'pixels',
		with: (_, corners) => ({
			detection_boxes: corners ? [yFirst(corners)] : [],
			detection_classes: corners ? [0] : [],
			detection_scores: corners ? [0.9] : [],
		}),
		error: { error: WORDS },
	},
	{
		key: 'vertexAi',
		wrong: 'pixels',
		with: (_, corners) => ({
			displayNames: corners ? ['car'] : [],
			confidences: corners ? [0.9] : [],
			bboxes: corners ? [[corners[0], corners[2], corners[1], corners[3]]] : [],
		}),
		error: { error: { code: 400, message: WORDS, status: 'FAILED_PRECONDITION' } },
	},
	{ key: 'pascalVoc', wrong: 'fractions', with: voc, error: `{"error": "${WORDS}"}` },
	{
		key: 'plainBoxes',
		parameters: { units: 'pixels' },
		wrong: 'fractions',
		with: (_, corners) => (corners ? [{ label: 'car', ...named(['xmin', 'ymin', 'xmax', 'ymax'], corners) }] : []),
		error: { error: [WORDS] },
	},
	{
		key: 'plainBoxes',
		parameters: { units: 'fractions' },
		wrong: 'pixels',
		with: (_, corners) => (corners ? [{ label: 'car', ...named(['xmin', 'ymin', 'xmax', 'ymax'], corners) }] : []),
		error: PAGE,
	},
	{
		key: 'rekognition',
		wrong: 'pixels',
		with: (_, corners) => ({
			Labels: corners
				? [{ Name: 'car', Instances: [{ BoundingBox: named(['Left', 'Top', 'Width', 'Height'], sides(corners)) }] }]
				: [],
		}),
		error: { __type: 'InvalidImageFormatException', Message: WORDS },
	},
	{
		key: 'roboflow',
		wrong: 'fractions',
		with: (_, corners) => ({
			image: { width: 640, height: 480 },
			predictions: corners ? [{ class: 'car', ...named(['x', 'y', 'width', 'height'], center(corners)) }] : [],
		}),
		error: { message: WORDS },
	},
	{
		key: 'ultralytics',
		wrong: 'fractions',
		with: (_, corners) =>
			corners ? [{ name: 'car', confidence: 0.9, box: named(['x1', 'y1', 'x2', 'y2'], corners) }] : [],
		error: { detail: WORDS },
	},
	{
		key: 'ultralytics',
		parameters: { normalized: true },
		wrong: 'pixels',
		with: (_, corners) =>
			corners ? [{ name: 'car', confidence: 0.9, box: named(['x1', 'y1', 'x2', 'y2'], corners) }] : [],
		error: { error: WORDS },
	},
	{
		key: 'yolo',
		withoutEmpty: true,
		parameters: { classNames: 'car' },
		wrong: 'pixels',
		with: (_, corners) => (corners ? `0 ${center(corners).join(' ')}` : '\n'),
		error: `{"detail": [{"msg": "${WORDS}"}], "error": "${WORDS}"}`,
	},
	{
		key: 'yoloPose',
		withoutEmpty: true,
		parameters: { classNames: 'car' },
		wrong: 'pixels',
		with: (_, corners) =>
			corners ? `0 ${center(corners).join(' ')} ${center(corners).slice(0, 2).join(' ')} 2` : '\n',
		error: PAGE,
	},
];

const CAR: Corners = [10, 20, 40, 60];
const OUTSIDE: Corners = [700, 500, 800, 600];

/** What a model answers in a format about an image. */
export function answerOf(kind: AnswerKind, format: FormatAnswers, image: string): unknown {
	const { wrong, parts = wrong === 'pixels' ? 1 : undefined } = format;
	const right = (corners: Corners): Corners =>
		parts === undefined ? corners : (fractions(corners).map((at) => at * parts) as unknown as Corners);
	switch (kind) {
		case 'good':
			return format.with(image, right(CAR));
		case 'empty':
			return format.with(image);
		case 'error':
			return format.error;
		case 'allDropped':
			return format.with(image, right(OUTSIDE));
		case 'wrongUnits':
			return format.with(image, format.wrong === 'pixels' ? CAR : fractions(CAR));
	}
}
