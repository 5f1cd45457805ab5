package com.example.mtls.material;

import java.io.ByteArrayInputStream;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import com.example.mtls.SettingException;
import com.example.mtls.material.MaterialSettings.Password;
import com.example.mtls.material.PemText.Block;

import org.springframework.boot.ssl.pem.PemContent;
import org.springframework.util.function.ThrowingFunction;

/**
 * Reads what a {@link PemSetting} holds: all of it, or it says which part is damaged.
 */
public final class PemReader {

	private PemReader() {
	}

	/** The certificates of a setting in order, each once. */
	static List<X509Certificate> certificates(PemSetting setting) {
		return all(setting, (content) -> (X509Certificate) CertificateFactory.getInstance("X.509")
			.generateCertificate(new ByteArrayInputStream(content)));
	}

	/** The revocation lists of a setting in order, each once. */
	public static List<X509CRL> revocationLists(PemSetting setting) {
		return all(setting, (content) -> (X509CRL) CertificateFactory.getInstance("X.509")
			.generateCRL(new ByteArrayInputStream(content)));
	}

	/**
	 * The one private key of a setting; an encrypted one needs the password. A line break
	 * at its end is none of it: secret stores keep that of {@code echo}.
	 */
	static PrivateKey privateKey(PemSetting setting, Password secret) {
		String password = (secret.value() != null) ? secret.value().replaceFirst("\\R$", "") : null;
		List<Block> keys = blocks(setting).stream().distinct().toList();
		if (keys.size() > 1) {
			throw setting.problem("holds %d private keys".formatted(keys.size()),
					"Leave the one that belongs to the certificate.");
		}
		Block key = keys.get(0);
		boolean encrypted = key.label().startsWith("ENCRYPTED");
		boolean hasPassword = password != null && !password.isEmpty();
		if (encrypted && !hasPassword) {
			throw setting.problem("is encrypted, and " + secret.name() + " is not set",
					"Set " + secret.name() + " to its password, or give a key that is not encrypted.");
		}
		if (isEncryptedTheOldWay(key)) {
			throw setting.problem(
					"is encrypted in the old way of OpenSSL (Proc-Type: 4,ENCRYPTED), which we do not read",
					"Convert it: (umask 077 && openssl pkcs8 -topk8 -v2 aes-256-cbc -in OLD.key -out NEW.key), and set "
							+ secret.name() + "; or leave it unencrypted with -nocrypt.");
		}
		try {
			String label = key.label().replace("PRIVATE", " PRIVATE ").strip();
			PrivateKey privateKey = PemContent
				.of("-----BEGIN %1$s-----%n%2$s%n-----END %1$s-----%n".formatted(label, key.body()))
				.getPrivateKey(encrypted ? password : null);
			if (privateKey != null) {
				return privateKey;
			}
		}
		catch (IllegalStateException | IllegalArgumentException ex) {
			// Its message may quote the key.
		}
		if (encrypted) {
			throw setting.problem("cannot be decrypted with " + secret.name(),
					"Correct " + secret.name()
							+ "; Java 17 takes ASCII characters only. If it is right, encrypt the key the way we "
							+ "read: (umask 077 && openssl pkcs8 -topk8 -v2 aes-256-cbc -in OLD.key -out NEW.key)");
		}
		throw key.content()
			.flatMap(EllipticCurve::unknownIn)
			.map((curve) -> setting.problem("holds an EC key on " + curve, EllipticCurve.cure(setting.tool())))
			.orElseGet(() -> setting.problem(
					"holds a damaged private key, or one of a kind we do not read (RSA, EC and EdDSA are read)",
					"Copy the file again, whole, from -----BEGIN to -----END."));
	}

	private static <T> List<T> all(PemSetting setting, ThrowingFunction<byte[], T> decoder) {
		List<Block> blocks = blocks(setting);
		List<T> all = new ArrayList<>();
		for (Block block : blocks) {
			try {
				all.add(decoder.apply(block.content().orElseThrow()));
			}
			catch (RuntimeException ex) {
				// The JDK reports malformed content with exceptions of all kinds.
				String number = position(all.size() + 1, blocks.size());
				throw block.content()
					.flatMap(EllipticCurve::unknownIn)
					.map((curve) -> setting.problem("has an EC key%s on %s".formatted(number, curve),
							EllipticCurve.cure(setting.tool())))
					.orElseGet(() -> damaged(setting, number));
			}
		}
		return all.stream().distinct().toList();
	}

	/** The blocks of the wanted kind, all of them sound. */
	private static List<Block> blocks(PemSetting setting) {
		List<Block> all = setting.read().blocks();
		List<Block> blocks = all.stream()
			.filter((block) -> setting.kind().isLabelledBy(block) || isUnknown(block))
			.toList();
		for (int i = 0; i < blocks.size(); i++) {
			Block block = blocks.get(i);
			if (block.body() == null) {
				throw setting
					.problem("is cut off%s: it has a line -----BEGIN …----- and no line -----END …----- like it"
						.formatted(position(i + 1, blocks.size())), "Copy the file again, whole.");
			}
			if (isUnknown(block) || (block.content().isEmpty() && !isEncryptedTheOldWay(block))) {
				throw damaged(setting, position(i + 1, blocks.size()));
			}
		}
		if (blocks.isEmpty()) {
			throw without(setting, all.get(0));
		}
		return blocks;
	}

	private static boolean isEncryptedTheOldWay(Block block) {
		return block.body() != null && block.body().startsWith("Proc-Type:4,ENCRYPTED");
	}

	/** Not known beside the wanted kind, so a typing error. */
	private static boolean isUnknown(Block block) {
		return !block.label().endsWith("PARAMETERS") && ForeignFormat.of(block).isEmpty()
				&& Stream.of(PemKind.values()).noneMatch((kind) -> kind.isLabelledBy(block));
	}

	private static SettingException damaged(PemSetting setting, String position) {
		return setting.problem("holds a damaged %s%s: it cannot be decoded".formatted(setting.kind().title(), position),
				"Copy the file again, whole: each from -----BEGIN to -----END. If it is whole, Java does not read its "
						+ "kind.");
	}

	private static String position(int number, int of) {
		return (of > 1) ? ", number %d of %d".formatted(number, of) : "";
	}

	private static SettingException without(PemSetting setting, Block other) {
		for (PemKind kind : PemKind.values()) {
			if (kind.isLabelledBy(other)) {
				return setting.problem("holds a %s where a %s belongs".formatted(kind.title(), setting.kind().title()),
						setting.cure());
			}
		}
		return ForeignFormat.of(other)
			.map((foreign) -> setting.problem("holds " + foreign.name(), foreign.cure(setting.tool())))
			.orElseGet(() -> setting.problem("holds no " + setting.kind().title(), setting.cure()));
	}

}
