package com.example.mtls.material;

import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;

import com.example.mtls.SettingException;
import org.jspecify.annotations.Nullable;

/**
 * What is read from files when somebody first needs it, and again when they change. What
 * cannot be used is not taken, and what was read before goes on.
 *
 * @param <T> what is read
 */
public final class Watched<T> {

	private final Supplier<String> content;

	private final Supplier<T> reader;

	private final Consumer<T> use;

	private final BiConsumer<String, String> refuse;

	private volatile @Nullable T value;

	private volatile @Nullable String refusal;

	/** The content that was read last, be it taken or refused. */
	private String judged = "";

	/** The content at the last look. */
	private String seen = "";

	/**
	 * What was refused may become good while the files stay as they are: by and by the
	 * clock passes the begin of a validity, or another setting changes.
	 */
	private boolean mayBecomeGood;

	/**
	 * Reads nothing yet.
	 * @param content a digest of the files, cheap to make
	 * @param reader reads and checks them, or throws a {@link SettingException}
	 * @param use is told what is in use from now on; where it throws, it is told of what
	 * was in use before
	 * @param refuse is told why new content is not taken, and the cure
	 */
	public Watched(Supplier<String> content, Supplier<T> reader, Consumer<T> use, BiConsumer<String, String> refuse) {
		this.content = content;
		this.reader = reader;
		this.use = use;
		this.refuse = refuse;
	}

	/**
	 * What is in use, the same object as long as it does not change.
	 * @throws SettingException if it is needed for the first time, and cannot be used
	 */
	public T get() {
		T known = this.value;
		return (known != null) ? known : first();
	}

	private synchronized T first() {
		if (this.value == null) {
			this.judged = this.content.get();
			this.seen = this.judged;
			T read = this.reader.get();
			this.use.accept(read);
			this.value = read;
		}
		return this.value;
	}

	/** What is in use, if anybody has needed it. */
	public Optional<T> known() {
		return Optional.ofNullable(this.value);
	}

	/** Why the content that is there now is not used, or {@code null}. */
	public @Nullable String refusal() {
		return this.refusal;
	}

	/**
	 * Takes changed content, unless it was still different at the last look: someone may
	 * be writing it.
	 */
	public synchronized void look() {
		T old = this.value;
		if (old == null) {
			return;
		}
		String now = this.content.get();
		boolean settled = now.equals(this.seen);
		this.seen = now;
		boolean changed = !now.equals(this.judged);
		if (settled && (changed || this.mayBecomeGood)) {
			this.judged = now;
			read(old, changed);
		}
	}

	private void read(T old, boolean changed) {
		try {
			T read = this.reader.get();
			this.mayBecomeGood = false;
			this.value = read;
			this.refusal = null;
			this.use.accept(read);
		}
		catch (SettingException ex) {
			this.mayBecomeGood = true;
			refuse(String.valueOf(ex.getMessage()), ex.cure(), changed);
		}
		catch (RuntimeException ex) {
			this.value = old;
			refuse("it could not be applied: " + ex.getMessage(), "", changed);
			this.use.accept(old);
		}
	}

	private void refuse(String why, String cure, boolean changed) {
		this.refusal = (why + ". " + cure).strip();
		if (changed) {
			this.refuse.accept(why, cure);
		}
	}

}
