/**
 * A native dialog: focus stays inside, Esc and a press beside it close it, focus returns to where it was. It starts on
 * `data-first-focus`, but not on touch screens, where the keyboard would cover half of what was opened.
 */
import { type ReactNode, useEffect, useRef } from 'react';

interface ModalProps {
  label: string;
  className: string;
  onClose: () => void;
  children: ReactNode;
}

export function Modal({ label, className, onClose, children }: ModalProps) {
  const ref = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = ref.current;
    const back = wayBack(document.activeElement);
    dialog?.showModal();
    const first = dialog?.querySelector<HTMLElement>('[data-first-focus]');
    (first && matchMedia('(pointer: fine)').matches ? first : dialog)?.focus();
    return () => {
      dialog?.close();
      back();
    };
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keyboard's way is Esc, which the dialog itself handles
    <dialog
      ref={ref}
      tabIndex={-1}
      className={className}
      aria-label={label}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === ref.current) onClose();
      }}
    >
      {children}
    </dialog>
  );
}

/** To where the focus was; a task that has come into another group meanwhile has another element there. */
function wayBack(before: Element | null): () => void {
  const task_id = before?.closest<HTMLElement>('[data-task]')?.dataset.task;
  return () => {
    const now = before?.isConnected ? before : document.querySelector(`[data-task="${task_id}"] [data-task-open]`);
    if (now instanceof HTMLElement) now.focus();
  };
}
