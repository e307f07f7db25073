/** The keys, on one page. */
import { Icon } from '../../lib/icons.tsx';
import { Modal } from './modal.tsx';

const KEYS = [
  ['q', 'Add a task'],
  ['j or ↓', 'Next task'],
  ['k or ↑', 'Previous task'],
  ['x or Space', 'Complete the task'],
  ['e or Enter', 'Edit the task'],
  ['Delete', 'Delete the task'],
  ['z', 'Undo'],
  ['?', 'This page'],
  ['Esc', 'Close'],
] as const;

export default function Shortcuts({ onClose }: { onClose: () => void }) {
  return (
    <Modal label="Keyboard shortcuts" className="dialog dialog-center" onClose={onClose}>
      <div className="flex items-center justify-between">
        <h2 className="text-lg font-semibold">Keyboard shortcuts</h2>
        <button type="button" className="icon-button" aria-label="Close" onClick={onClose}>
          <Icon name="close" />
        </button>
      </div>
      <dl className="mt-3 divide-y divide-line">
        {KEYS.map(([keys, what]) => (
          <div key={keys} className="flex justify-between gap-8 py-2">
            <dt>{what}</dt>
            <dd className="flex gap-1.5">
              {keys.split(' or ').map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
