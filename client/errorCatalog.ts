import type { ErrorBody } from './wire/answers';

interface Explanation {
	readonly message: string;
	readonly remedy: string;
}

type Explain = (params: readonly string[]) => Explanation;

const say =
	(message: string, remedy: string): Explain =>
	() => ({ message, remedy });

const CHECK_TOKEN =
	'Check the API token in the credential: DataGym shows it under Account, API Tokens. It may be deleted, or belong to another organization than the object.';

/** DataGym's word for what is missing, in the words of this package; its upper and lower case vary. */
const THINGS: Readonly<Record<string, string>> = {
	dataset: 'dataset',
	project: 'project',
	task: 'task',
	'label task': 'task',
	media: 'image',
	image: 'image',
	'label configuration': 'label configuration',
	lcentry: 'label class',
	entry: 'label class',
	'label entry': 'label class',
	'label entry value': 'label',
};

/** Keys come from the server, and `constructor` is none of ours. */
const own = <Value>(record: Readonly<Record<string, Value>>, key: string): Value | undefined =>
	Object.hasOwn(record, key) ? record[key] : undefined;

const thing = (word = 'object') => own(THINGS, word.toLowerCase()) ?? word;

/** All keys of CONTRACT.md, section 9. 401 and 403 mean the same to a client (section 0). */
const CATALOG: Readonly<Record<string, Explain>> = {
	ex_unauthorized: say('DataGym did not accept the API token', CHECK_TOKEN),
	ex_forbidden: say('DataGym did not accept the API token, or the object belongs to another organization', CHECK_TOKEN),
	ex_notfound: ([what, field, value]) => ({
		message: `There is no ${thing(what)}${value === undefined ? '' : ` with ${field === 'entry_key' ? 'the key' : 'the ID'} "${value}"`}`,
		remedy: `Check the ID; the ${thing(what)} may have been deleted. Choose it from the list to be sure.`,
	}),
	ex_alreadyexists: ([what, , value]) =>
		what === 'Shortcut'
			? {
					message: `The shortcut "${value ?? ''}" is used twice in the label configuration`,
					remedy: 'Give each entry a shortcut of its own, or none.',
				}
			: {
					message: `There already is ${article(thing(what))} named "${value ?? ''}"`,
					remedy: `DataGym compares names without upper and lower case. Use another name, or choose in this node what happens when the ${thing(what)} exists.`,
				},
	ex_already_contains: say(
		'The dataset is already connected to the project',
		'Choose "Treat as Done" under "If Already Connected" to go on in this case.',
	),
	ex_limit: say(
		'The plan of this DataGym account does not allow more',
		'Upgrade the plan, or delete what is no longer needed.',
	),
	ex_service_unavailable: ([service]) =>
		service === 'ai'
			? {
					message: 'This DataGym server has no AI segmentation',
					remedy: "The open-source server is released without it; ask the server's operator.",
				}
			: service === 'aws'
				? {
						message: 'This DataGym server has no S3 storage, which videos need',
						remedy: "Ask the server's operator to configure S3.",
					}
				: { message: 'The DataGym server is unavailable at the moment', remedy: 'Try again later.' },
	ex_system: say(
		'The DataGym server failed without giving a reason',
		"Often the input is at fault: an image that cannot be decoded, a file larger than the server's database accepts (16 MB by default), or a text that is too long. Otherwise look into the server's log.",
	),
	ex_gen_does_not_contain: say(
		'The dataset is not connected to the project',
		'Choose "Treat as Done" under "If Not Connected" to go on in this case.',
	),
	ex_gen_mediatype_missmatch: say(
		'The dataset and the project hold different media: one images, the other videos',
		'Choose a dataset and a project of the same media type.',
	),
	ex_gen_dummy_project_limit: say(
		'The demo project cannot be changed',
		'Make a project of your own in DataGym and use that.',
	),
	ex_gen_dummy_dataset_limit: say('The demo dataset cannot be changed', 'Create a dataset of your own and use that.'),
	ex_gen_forbidden_keyword: ([word]) => ({
		message: `The name "${word ?? ''}" is reserved by DataGym`,
		remedy: 'Use another name.',
	}),
	ex_gen_config_not_cleared: say(
		'The project already has a label configuration',
		'Turn on "Replace Existing" if all labels of the project may be deleted with it.',
	),
	ex_gen_config_depth: say(
		'The label configuration is nested too deeply',
		'Four levels are allowed: a geometry and three classifications below it.',
	),
	ex_gen_entry_type_not_found: say(
		'A type in the label configuration is not known',
		'Allowed: point, line, polygon, rectangle, image_segmentation, select, checklist, freetext.',
	),
	ex_gen_entry_classification_incorrect: ([type]) => ({
		message: `A classification in the label configuration is incomplete (${type ?? ''})`,
		remedy: 'A freetext needs a "maxLength" from 1 to 255.',
	}),
	ex_gen_geometry_definition_incorrect: say(
		'A geometry stands where the label configuration allows none',
		'A geometry can hold geometries of one further level; a classification cannot hold geometries.',
	),
	ex_gen_entry_definition_incorrect: say(
		'The label and the label class do not belong together',
		"Use the IDs of one task's label configuration.",
	),
	ex_gen_entry_types_not_the_same: say(
		'The new class has another geometry than the label',
		'Choose a class with the same geometry type.',
	),
	ex_gen_entry_types_are_the_same: say('The label already has this class', 'Choose another class.'),
	ex_gen_entry_value_validation: ([type]) => ({
		message: `A label is incomplete (${type ?? 'unknown type'})`,
		remedy:
			'Required classifications need an answer, polygons at least 3 points, lines at least 2, segmentations an outline, and all coordinates must be zero or more.',
	}),
	ex_gen_entry_value_delete: say(
		'Only geometries can be deleted, not classifications',
		'Update the classification with an empty value.',
	),
	ex_gen_wrong_label_task_state: say(
		'The task is not finished',
		'Bitmaps exist for tasks that are completed, reviewed or skipped.',
	),
	ex_gen_wrong_entry_id: ([key]) => ({
		message: `The label configuration has no class or classification "${key ?? ''}"`,
		remedy: "Use the keys of the project's label configuration (Label Configuration: Get shows them).",
	}),
	ex_gen_json_upload_not_found_task: say(
		'An image has no task in this project',
		"Connect the image's dataset to the project first, and check the image ID. Benchmark tasks take no predictions.",
	),
	ex_gen_error_messages: ([text]) => ({
		message: `DataGym could not read the request: ${text ?? 'no reason given'}`,
		remedy: 'Check the data that goes into this node.',
	}),
	ex_gen_image_delete: say(
		'The image is already deleted',
		'Choose "Treat as Done" under "If Already Deleted" to go on in this case.',
	),
	ex_gen_file_stream: say(
		'DataGym could not fetch the image from the place where it is stored',
		'The address that the image links to must be reachable from the DataGym server.',
	),
	ex_gen_url_not_allowed_mediatype: say('Links cannot be added to a video dataset', 'Choose an image dataset.'),
	ex_gen_invalid_project_mediatype: say('The task is not a video task', 'Choose a task of a video project.'),
	ex_gen_video_not_allowed: say('The plan of this DataGym account does not include videos', 'Upgrade the plan.'),
	ex_gen_public_urls_upload_not_allowed: say(
		'The plan of this DataGym account does not include images by link',
		'Upgrade the plan, or upload the files instead.',
	),
	ex_gen_upload_illegal_value: say('DataGym refused a value', 'Check the data that goes into this node.'),
};

/** A sentence and a remedy for an answer that is an error. Never "No msg available". */
export function explain(status: number, body: ErrorBody | undefined): Explanation {
	if (body?.key === 'ex_validation') return explainValidation(body);
	const known = body?.key === undefined ? undefined : own(CATALOG, body.key);
	if (known !== undefined) return known(body?.params ?? []);
	return explainStatus(status, serverText(body));
}

function serverText(body: ErrorBody | undefined): string | undefined {
	return body?.msg === undefined || body.msg.startsWith('No msg available') ? undefined : body.msg;
}

function explainStatus(status: number, text: string | undefined): Explanation {
	const because = text === undefined ? '' : `: ${text}`;
	if (status === 401 || status === 403)
		return { message: `DataGym did not accept the API token (HTTP ${status})${because}`, remedy: CHECK_TOKEN };
	if (status === 404) {
		return {
			message: `The server does not know this address (HTTP 404)${because}`,
			remedy:
				'Check the base URL in the credential. An older DataGym server does not have every operation; see also "API Generation" there.',
		};
	}
	if (status >= 300 && status < 400) {
		return {
			message: `The server redirects to another address (HTTP ${status})`,
			remedy:
				"Put the final address into the credential's base URL (often https instead of http). Redirects are not followed, so that the token goes nowhere else.",
		};
	}
	if (status === 413)
		return {
			message: 'The file is larger than the server accepts',
			remedy: 'Make the image smaller, or raise the limit of the server or its proxy.',
		};
	if (status === 429)
		return {
			message: 'The server wants fewer requests at a time',
			remedy: 'Lower "Requests at Once" in the node\'s options, or set "Requests per Second" there.',
		};
	if ([502, 503, 504].includes(status)) {
		return {
			message: `The DataGym server is unavailable at the moment (HTTP ${status})${because}`,
			remedy: 'Try again later. Raise "Retry For" in the node\'s options if the server often needs longer.',
		};
	}
	if (status === 400) {
		return {
			message: `DataGym could not read the request${because}`,
			remedy: 'Check the data that goes into this node for fields that DataGym does not know.',
		};
	}
	return {
		message: `DataGym answered with HTTP ${status}${because}`,
		remedy: "Look into the DataGym server's log for the reason.",
	};
}

/** What the server's validation details mean. The field names are DataGym's own, prettified by it. */
function explainValidation(body: ErrorBody): Explanation {
	const details = (body.details ?? []).map(({ name = '', key = '', params = [] }) => explainDetail(name, key, params));
	const messages = [...new Set(details)];
	return {
		message: messages.length === 0 ? 'DataGym refused a value' : `DataGym refused a value: ${messages.join('; ')}`,
		remedy: 'Correct the value and run the node again.',
	};
}

function explainDetail(name: string, key: string, params: readonly string[]): string {
	const field = name === '' ? 'a field' : `"${name}"`;
	switch (key) {
		case 'ex_notnull':
		case 'ex_notempty':
		case 'ex_notblank':
		case 'ex_val_empty':
			return `${field} must not be empty`;
		case 'ex_size':
		case 'ex_length':
			return `${field} must have ${params[2] ?? '0'} to ${params[1] ?? '?'} characters`;
		case 'ex_pattern':
			return `${field} has characters that are not allowed (${params[2] ?? "see DataGym's documentation"})`;
		case 'ex_min':
			return `${field} must be at least ${params[1] ?? '?'}`;
		case 'ex_max':
			return `${field} must be at most ${params[1] ?? '?'}`;
		case 'ex_val_bin_mime':
			return `the file is ${params[0] ?? 'of an unknown type'}, only JPEG and PNG are taken`;
		case 'Invalid image url':
			return `the image's link leads to no image (${params[0] ?? ''}), and DataGym has marked the image as invalid and skipped its tasks`;
		default:
			return `${field} (${[key, ...params].join(' ')})`;
	}
}

function article(noun: string): string {
	return `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`;
}
