/** The editor of one task, over the list; it works on a copy, so that events don't move the text under the fingers. */
import { useQuery } from '@tanstack/react-query';
import { api, wordsOf } from '../../lib/api.ts';
import { useApp, useTasks } from '../app.tsx';
import { Modal } from '../feedback/modal.tsx';
import { EditorForm } from './editor-form.tsx';

interface EditorProps {
  id: string;
  zone: string;
  onClose: () => void;
}

export default function TaskEditor({ id, zone, onClose }: EditorProps) {
  const { store } = useApp();
  const known = useTasks().get(id);
  const { error } = useQuery({
    queryKey: ['task', id],
    queryFn: async () => {
      const task = await api.task(id);
      store.put([task]);
      return task.version;
    },
    enabled: known === undefined,
  });
  return (
    <Modal label="Edit task" className="dialog dialog-side" onClose={onClose}>
      {known && <EditorForm task={known} zone={zone} onClose={onClose} />}
      {!known && (
        <div className="space-y-4 p-6">
          <p role="status">{error ? `This task can’t be shown: ${wordsOf(error)}` : 'Loading'}</p>
          <button type="button" className="button" onClick={onClose}>
            Close
          </button>
        </div>
      )}
    </Modal>
  );
}
