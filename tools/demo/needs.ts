import type { ExampleName } from '../examples/workflows';

/** What each example needs on a server that was not made for it, and what it changes there when it is run. */
export const NEEDS: Readonly<Record<ExampleName, string>> = {
	'dataset-versions': 'ID of a project with finished images in Settings; reads only',
	'first-labels': 'choose an image project in Upload photographs; uploads photographs, and a class if there is none',
	'import-dataset':
		'ID of an image project in Settings, and a labeled dataset as a ZIP archive; uploads images, classes and labels',
	'active-learning': 'ID of a project with images in Settings and in the trigger; imports pre-labels, completes tasks',
	'agent-with-datagym': 'nothing; adds images by link if asked to in the chat',
	'labels-to-spreadsheet': 'choose a project with finished images in the trigger; reads only',
	'labels-to-training': 'ID of a project with finished images in Settings; uploads photographs, imports pre-labels',
	'links-to-dataset': 'ID of an image project in Settings; adds links that the server must be able to reach',
	'model-evaluation': 'ID of a project with finished images in Settings, and a data table; reads only',
	'nightly-quality-gate': 'ID of a project with finished images in Settings; reads only',
	'nightly-archive-to-storage': 'ID of a project with finished images in Settings; reads only',
	'publish-to-hub': 'ID of a project with finished images in Settings, and a Hub; reads only',
	'quality-report-by-mail': 'ID of a project with labels in Settings; reads only',
	'second-opinion': 'ID of a project with finished images in Settings; changes classes of labels, sends images back',
	'segment-anything': 'ID of a project with images in Settings and in the trigger; imports pre-labels',
	'vision-language-model': 'ID of a project with images in Settings and in the trigger; imports pre-labels',
	'whole-project': 'an open core without tokens; creates a project with photographs, reviews what people label',
	'storage-to-dataset': 'ID of an image project in Settings; uploads photographs',
};
