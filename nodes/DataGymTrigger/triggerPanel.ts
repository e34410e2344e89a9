import type { INodeTypeDescription } from 'n8n-workflow';

const TEST =
	"<b>While building your workflow</b>, click the 'fetch' button to get some real items from DataGym. They show up in this editor, and nothing is remembered.";
const LIST =
	"These executions show up in the <a data-key='executions'>executions list</a>, but not in the editor. No event comes twice.";

/** What n8n's editor shows beside the fields of a node that has no input. */
export const triggerPanel: NonNullable<INodeTypeDescription['triggerPanel']> = {
	header: 'Fetch examples from DataGym',
	executionsHelp: {
		inactive: `${TEST}<br /><br /><b>Once you're happy with your workflow</b>, publish it. n8n then checks DataGym regularly, and runs the workflow when something is new. ${LIST}`,
		active: `${TEST}<br /><br /><b>Your workflow also runs automatically</b>, since it's published. n8n checks DataGym regularly, and runs the workflow when something is new. ${LIST}`,
	},
	activationHint: {
		inactive:
			'Once you’ve finished building your workflow, publish it to have it check DataGym regularly (you just won’t see those executions here).',
		active: 'This node also checks DataGym regularly (you just won’t see those executions here).',
	},
};
