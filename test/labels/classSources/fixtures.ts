/**
 * Classes as labeling tools write them. Written after their documentation and sources, which each one names; no file is copied.
 */

/** CVAT, docs.cvat.ai "Raw"; the fields are those of cvat-ai/cvat `tests/python/shared/assets/labels.json`. */
export const CVAT_LABELS = [
	{
		name: 'Car',
		id: 5,
		color: '#2080c0',
		type: 'rectangle',
		sublabels: [],
		attributes: [
			{
				id: 1,
				name: 'model',
				input_type: 'select',
				mutable: false,
				values: ['mazda', 'volvo'],
				default_value: 'mazda',
			},
			{ id: 2, name: 'parked', input_type: 'checkbox', mutable: true, values: ['false'], default_value: 'false' },
			{ id: 3, name: 'quality', input_type: 'radio', mutable: false, values: ['good', 'bad'], default_value: '' },
			{ id: 4, name: 'age', input_type: 'number', mutable: false, values: ['0', '90', '1'], default_value: '0' },
			{ id: 5, name: 'plate', input_type: 'text', mutable: false, values: [''], default_value: '' },
		],
	},
	{ name: 'thing', id: 6, color: '#c06060', type: 'any', attributes: [] },
	{ name: 'lane', id: 7, color: '#406040', type: 'polyline', attributes: [] },
	{ name: 'road', id: 8, color: '#406041', type: 'polygon', attributes: [] },
	{ name: 'sky', id: 9, color: '#406042', type: 'mask', attributes: [] },
	{ name: 'wheel', id: 10, color: '#406043', type: 'ellipse', attributes: [] },
	{ name: 'pole', id: 11, color: '#406044', type: 'points', attributes: [] },
	{ name: 'box 3d', id: 12, color: '#406045', type: 'cuboid', attributes: [] },
	{
		name: 'rain',
		id: 13,
		color: '#406046',
		type: 'tag',
		attributes: [{ id: 6, name: 'strength', input_type: 'select', mutable: false, values: ['weak', 'strong'] }],
	},
	{
		name: 's1',
		id: 18,
		color: '#5c5eba',
		type: 'skeleton',
		svg: '<line data-type="edge" data-node-from="1" data-node-to="2"></line><circle data-node-id="1" data-label-id="19"></circle>',
		attributes: [],
		sublabels: [
			{ name: '1', id: 19, color: '#d12345', type: 'points', has_parent: true, attributes: [] },
			{ name: '2', id: 20, color: '#350dea', type: 'points', has_parent: true, attributes: [] },
		],
	},
];

/** Labelbox, labelbox-python `tests/unit/test_unit_ontology.py` and `schema/ontology.py`. */
export const LABELBOX_ONTOLOGY = {
	tools: [
		{
			schemaNodeId: null,
			featureSchemaId: null,
			required: true,
			name: 'poly',
			color: '#FF0000',
			tool: 'polygon',
			classifications: [],
		},
		{ required: false, name: 'segment', color: '#00FF00', tool: 'superpixel', classifications: [] },
		{ required: false, name: 'mask', color: '#00FF01', tool: 'raster-segmentation', classifications: [] },
		{
			required: false,
			name: 'bbox',
			color: '#0000FF',
			tool: 'rectangle',
			classifications: [
				{
					required: true,
					instructions: 'What is it?',
					name: 'kind',
					type: 'radio',
					options: [
						{
							label: 'First',
							value: 'first',
							options: [{ required: true, instructions: 'Details', name: 'details', type: 'text', options: [] }],
						},
						{ label: 'Second', value: 'second', options: [] },
					],
				},
				{ required: true, instructions: 'note', name: 'note', type: 'text', options: [] },
			],
		},
		{ required: false, name: 'dot', color: '#FF00FF', tool: 'point', classifications: [] },
		{ required: false, name: 'polyline', color: '#FFFF00', tool: 'line', classifications: [] },
		{ required: false, name: 'ner', color: '#FF0000', tool: 'named-entity', classifications: [] },
	],
	classifications: [
		{
			required: true,
			instructions: 'Is it day?',
			name: 'Is it day?',
			type: 'radio',
			scope: 'global',
			options: [
				{ label: 'yes', value: 'definitely yes', options: [] },
				{ label: 'no', value: 'definitely not!', options: [] },
			],
		},
		{
			required: false,
			instructions: 'weather',
			name: 'weather',
			type: 'checklist',
			options: [
				{ label: 'sun', value: 'sun', options: [] },
				{ label: 'rain', value: 'rain', options: [] },
			],
		},
	],
};

/** Label Studio, labelstud.io/tags; after the templates of `annotation_templates/computer-vision`. */
export const LABEL_STUDIO_XML = `<View>
  <!-- Header and Style are only looks. -->
  <Header value="Draw the objects"/>
  <Image name="image" value="$image" zoom="true"/>
  <RectangleLabels name="box" toName="image">
    <Label value="Airplane" alias="plane" background="green" hotkey="1"/>
    <Label value="Car" background="rgba(0, 0, 255, 0.7)" hotkey="2"/>
  </RectangleLabels>
  <PolygonLabels name="area" toName="image"><Label value="Car"/><Label value="Field"/></PolygonLabels>
  <KeyPointLabels name="kp" toName="image"><Label value="Nose" background="red"/></KeyPointLabels>
  <BrushLabels name="brush" toName="image"><Label value="Sky"/></BrushLabels>
  <EllipseLabels name="oval" toName="image"><Label value="Wheel"/></EllipseLabels>
  <View visibleWhen="region-selected" whenTagName="box" whenLabelValue="Car,Airplane">
    <Choices name="state" toName="image" perRegion="true" required="true">
      <Choice value="New"/><Choice value="Slightly used" alias="used"/>
    </Choices>
  </View>
  <TextArea name="transcription" toName="image" perRegion="true" maxSubmissions="1"/>
  <Choices name="weather" toName="image" choice="multiple"><Choice value="Sun"/><Choice value="Rain"/></Choices>
  <Choices name="rain" toName="image" required="true" visibleWhen="choice-selected" whenTagName="weather" whenChoiceValue="Rain">
    <Choice value="weak"/><Choice value="strong"/>
  </Choices>
  <Taxonomy name="place" toName="image">
    <Choice value="City"><Choice value="Street"/><Choice value="Square"/></Choice><Choice value="Country"/>
  </Taxonomy>
  <Rating name="quality" toName="image" maxRating="3"/>
  <Number name="count" toName="image" min="0" max="9"/>
  <Relations><Relation value="part of"/></Relations>
  <Pairwise name="pair" toName="image"/>
</View>`;

/** Label Studio, after the template of optical character recognition: labels without a shape of their own. */
export const LABEL_STUDIO_OCR = `<View>
  <Image name="image" value="$ocr"/>
  <Labels name="label" toName="image"><Label value="Text" background="green"/><Label value="Handwriting"/></Labels>
  <Rectangle name="bbox" toName="image" strokeWidth="3"/>
  <Polygon name="poly" toName="image" strokeWidth="3"/>
  <TextArea name="transcription" toName="image" editable="true" perRegion="true" required="true"/>
</View>`;

/** Ultralytics, docs.ultralytics.com/datasets/detect. */
export const DATA_YAML = `# Train/val/test sets
path: ../datasets/coco8 # dataset root dir
train: images/train # train images (relative to 'path') 4 images
val: images/val
test: # test images (optional)

# Classes
names:
  0: person
  1: traffic light
  2: "stop sign"

download: https://example.test/coco8.zip
`;

/** Roboflow's data.yaml: names as a list, and a block of its own behind them. */
const ROBOFLOW_YAML = `train: ../train/images
val: ../valid/images
nc: 2
names: ['Helmet', 'no-helmet']
roboflow:
  workspace: me
  version: 3
`;

/** Ultralytics, `cfg/datasets/coco8-pose.yaml`. */
export const COCO_POSE_YAML = `# Keypoints
kpt_shape: [17, 3] # number of keypoints, number of dims (2 for x,y or 3 for x,y,visible)
flip_idx: [0, 2, 1, 4, 3, 6, 5, 8, 7, 10, 9, 12, 11, 14, 13, 16, 15]

# Classes
names:
  0: person
`;

/** Ultralytics, `cfg/datasets/tiger-pose.yaml`, with fewer points. */
export const TIGER_YAML = `kpt_shape: [3, 2]
flip_idx: [0, 1, 2]
names:
  0: tiger
`;

/** Ultralytics since 8.3.150: `kpt_names` by class ID. */
export const NAMED_POSE_YAML = `kpt_shape: [3, 3]
kpt_names:
  0:
    - nose
    - left_eye
    - right_eye
  1: [nose, "left ear", tail]
names: {0: person, 1: dog}
`;

/** COCO, cocodataset.org/#format-data: the categories of `person_keypoints_val2017.json`, with fewer points. */
export const COCO_CATEGORIES = [
	{ supercategory: 'person', id: 1, name: 'person', keypoints: ['nose', 'left_eye'], skeleton: [[1, 2]] },
	{ supercategory: 'vehicle', id: 2, name: 'traffic light' },
	{ supercategory: 'none', id: 3, name: 'sky', isthing: 0, color: [70, 130, 180] },
];

const image = { id: 1, file_name: 'a.jpg', width: 100, height: 100 };
/** An instances file with one polygon. */
export const COCO_INSTANCES = {
	images: [image],
	annotations: [
		{ id: 1, image_id: 1, category_id: 2, bbox: [1, 2, 3, 4], segmentation: [[1, 2, 4, 2, 4, 6]], area: 6, iscrowd: 0 },
	],
	categories: COCO_CATEGORIES,
};

/** Roboflow's COCO: boxes, `segmentation` empty, and a category above all others that no annotation has. */
export const ROBOFLOW_COCO = {
	images: [image],
	annotations: [{ id: 1, image_id: 1, category_id: 1, bbox: [1, 2, 3, 4], segmentation: [], area: 12, iscrowd: 0 }],
	categories: [
		{ id: 0, name: 'helmets', supercategory: 'none' },
		{ id: 1, name: 'Helmet', supercategory: 'helmets' },
		{ id: 2, name: 'no-helmet', supercategory: 'helmets' },
	],
};

/** What each tool writes, by the source that recognizes it. */
export const SOURCES: ReadonlyArray<readonly [what: string, source: string, value: unknown]> = [
	['CVAT labels', 'cvat', CVAT_LABELS],
	['labels of a CVAT project', 'cvat', { name: 'Streets', labels: CVAT_LABELS }],
	["the list of CVAT's API", 'cvat', { count: 10, next: null, previous: null, results: CVAT_LABELS }],
	['a Labelbox ontology', 'labelbox', LABELBOX_ONTOLOGY],
	["an ontology of Labelbox's API", 'labelbox', { id: 'c1', name: 'Streets', normalized: LABELBOX_ONTOLOGY }],
	['a Label Studio configuration', 'labelStudio', LABEL_STUDIO_XML],
	['labels without a shape of Label Studio', 'labelStudio', LABEL_STUDIO_OCR],
	["a project of Label Studio's API", 'labelStudio', { id: 1, label_config: LABEL_STUDIO_XML }],
	['data.yaml', 'ultralytics', DATA_YAML],
	['data.yaml of Roboflow', 'ultralytics', ROBOFLOW_YAML],
	['data.yaml of a pose', 'ultralytics', COCO_POSE_YAML],
	['data.yaml with named keypoints', 'ultralytics', NAMED_POSE_YAML],
	['data.yaml as JSON', 'ultralytics', { nc: 2, names: { 0: 'car', 1: 'van' }, kpt_shape: [2, 3] }],
	['COCO categories', 'coco', COCO_CATEGORIES],
	['a COCO file', 'coco', COCO_INSTANCES],
	['a COCO file of Roboflow', 'coco', ROBOFLOW_COCO],
	['names in lines', 'names', 'car\nvan\nlicense plate\n'],
	['names with commas', 'names', 'car, van, license plate'],
	['names as JSON', 'names', ['car', 'van', 'license plate']],
	['names by ID', 'names', { id2label: { 0: 'car', 1: 'van' } }],
	[
		'difficult names',
		'names',
		['Point', 'Tag', 'Straße', 'a/b', 'a:b', 'Car', 'car', '自行车', 'x'.repeat(80), 'x'.repeat(90)],
	],
];
