package com.example.todoclient.pair;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.logging.Level;

import com.example.mtls.TestCa;
import com.example.mtls.TestCa.Issued;
import com.example.mtls.material.CertificateText;
import org.bouncycastle.asn1.x509.GeneralName;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.By;
import org.openqa.selenium.JavascriptExecutor;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.TakesScreenshot;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.support.ui.WebDriverWait;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The page of the real pair in a real browser.
 */
@Tag("browser")
class PageIT {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private static final TestCa CA = TestCa.create("Todo mTLS CA");

	@TempDir
	private static Path folder;

	private static Path serviceFolder;

	private static Path clientFolder;

	private static PairProcesses pair;

	private static ChromeDriver browser;

	@BeforeAll
	static void start() throws IOException {
		serviceFolder = Files.createDirectory(folder.resolve("service"));
		clientFolder = Files.createDirectory(folder.resolve("client"));
		write(serviceFolder, "server", CA, CA.server());
		write(clientFolder, "client", CA, CA.client("todo-client"));
		pair = PairProcesses.start(serviceFolder, clientFolder, Map.of());
		browser = new ChromeDriver(options());
	}

	private static ChromeOptions options() {
		ChromeOptions options = new ChromeOptions();
		// Debian's names; elsewhere Selenium finds Chrome by itself.
		if (Files.isExecutable(Path.of("/usr/bin/chromium")) && Files.isExecutable(Path.of("/usr/bin/chromedriver"))) {
			options.setBinary("/usr/bin/chromium");
			System.setProperty("webdriver.chrome.driver", "/usr/bin/chromedriver");
		}
		options.addArguments("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
				"--disable-background-networking", "--disable-component-update", "--disable-sync", "--lang=en-GB",
				"--window-size=1200,1160", "--user-data-dir=" + folder.resolve("profile"));
		LoggingPreferences logging = new LoggingPreferences();
		logging.enable(LogType.BROWSER, Level.ALL);
		options.setCapability("goog:loggingPrefs", logging);
		return options;
	}

	@AfterAll
	static void stop() {
		if (browser != null) {
			browser.quit();
		}
		if (pair != null) {
			pair.close();
		}
	}

	@BeforeEach
	void openEmptyPage() throws Exception {
		for (String id : ids()) {
			send(HttpRequest.newBuilder(page("/api/todos/" + id)).DELETE());
		}
		browser.get(page("/").toString());
		await(() -> find("#empty").isDisplayed() && find("#session").getText().contains("Hello, todo-client!"));
		browser.manage().logs().get(LogType.BROWSER);
	}

	@AfterEach
	void browserHadNothingToComplainAbout() {
		assertThat(browser.manage()
			.logs()
			.get(LogType.BROWSER)
			.getAll()
			.stream()
			.map(Objects::toString)
			// A refused call is logged too, and is what some of these tests are about.
			.filter((line) -> !line.contains("Failed to load resource"))).isEmpty();
	}

	@Test
	void lifeOfATodoByKeyboard() {
		find("#title").sendKeys("Buy milk", Keys.ENTER);
		await(() -> titles().equals(List.of("Buy milk")));
		assertThat(find("#title").getDomProperty("value")).isEmpty();
		assertThat(find("#empty").isDisplayed()).isFalse();
		assertThat(find("#said").getDomProperty("textContent")).isEqualTo("Added Buy milk");

		find("li .done").sendKeys(Keys.SPACE);
		await(() -> find("li").getDomProperty("className").contains("completed"));

		find("li .rename").sendKeys(Keys.ENTER);
		assertThat(browser.switchTo().activeElement()).isEqualTo(find("li .new-title"));
		find("li .new-title").sendKeys(Keys.chord(Keys.CONTROL, "a"), "Buy bread", Keys.ENTER);
		await(() -> titles().equals(List.of("Buy bread")));

		browser.navigate().refresh();
		await(() -> titles().equals(List.of("Buy bread")));
		assertThat(find("li .done").isSelected()).isTrue();

		find("li .rename").sendKeys(Keys.ENTER);
		find("li .new-title").sendKeys("?", Keys.ESCAPE);
		assertThat(titles()).containsExactly("Buy bread");
		assertThat(browser.switchTo().activeElement()).isEqualTo(find("li .rename"));

		find("li .delete").sendKeys(Keys.ENTER);
		await(() -> find("#empty").isDisplayed());
		assertThat(titles()).isEmpty();
		assertThat(browser.switchTo().activeElement()).isEqualTo(find("#title"));
	}

	@Test
	void markupInATitleStaysText() {
		String title = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>";
		find("#title").sendKeys(title, Keys.ENTER);
		await(() -> titles().equals(List.of(title)));
		assertThat(browser.findElements(By.cssSelector("li img, li script"))).isEmpty();
		assertThat(browser.getTitle()).isEqualTo("Todos over mutual TLS");
	}

	@Test
	void problemIsShownWhereItHappens() throws Exception {
		find("#title").sendKeys("x".repeat(201), Keys.ENTER);
		await(() -> find("#add-problem").isDisplayed());
		assertThat(find("#add-problem").getText()).contains("Invalid request", "title");
		assertThat(find("#title").getDomProperty("value")).hasSize(201);
		assertThat(find("#list-problem").isDisplayed()).isFalse();

		find("#title").clear();
		find("#title").sendKeys("Short enough", Keys.ENTER);
		await(() -> titles().equals(List.of("Short enough")));
		assertThat(find("#add-problem").isDisplayed()).isFalse();

		send(HttpRequest.newBuilder(page("/api/todos/" + ids().get(0))).DELETE());
		find("li .done").click();
		await(() -> find("li .problem").isDisplayed());
		assertThat(find("li .done").isSelected()).isFalse();
	}

	@Test
	void changeMadeInAnotherTabIsShownBeforeItIsOverwritten() throws Exception {
		add("Buy milk");
		browser.navigate().refresh();
		await(() -> titles().equals(List.of("Buy milk")));
		String tab = browser.getWindowHandle();
		browser.switchTo().newWindow(WindowType.TAB);
		browser.get(page("/").toString());
		await(() -> titles().equals(List.of("Buy milk")));
		rename("Buy bread");
		await(() -> titles().equals(List.of("Buy bread")));

		// The first tab has the state of the list, which comes without an ETag.
		String other = browser.getWindowHandle();
		browser.switchTo().window(tab);
		rename("Buy butter");
		await(() -> find("li .problem").isDisplayed());
		assertThat(find("li .problem").getText()).contains("Changed elsewhere meanwhile",
				"It is now “Buy bread”, to be done.");
		button("Rename anyway").click();
		await(() -> titles().equals(List.of("Buy butter")));
		assertThat(find("li .problem").isDisplayed()).isFalse();

		// The second tab has the state of its own change, with the ETag of that.
		browser.switchTo().window(other);
		find("li .done").click();
		await(() -> find("li .problem").isDisplayed());
		assertThat(find("li .problem").getText()).contains("It is now “Buy butter”, to be done.");
		assertThat(find("li .done").isSelected()).isFalse();
		button("Mark as done anyway").click();
		await(() -> find("li").getDomProperty("className").contains("completed"));
		assertThat(titles()).containsExactly("Buy butter");

		browser.switchTo().window(tab);
		find("li .delete").click();
		await(() -> find("li .problem").isDisplayed());
		assertThat(find("li .problem").getText()).contains("It is now “Buy butter”, done.");
		button("Keep that").click();
		assertThat(find("li .problem").isDisplayed()).isFalse();
		assertThat(find("li .done").isSelected()).isTrue();
		find("li .delete").click();
		await(() -> titles().isEmpty());

		browser.close();
		browser.switchTo().window(other);
		find("li .done").click();
		await(() -> find("li .problem").isDisplayed());
		assertThat(find("li .problem").getText()).contains("Deleted elsewhere meanwhile");
		button("Take it off this list").click();
		assertThat(find("#empty").isDisplayed()).isTrue();
	}

	@Test
	void changesInQuickSuccessionEndWithTheLast() {
		find("#title").sendKeys("Buy milk", Keys.ENTER);
		await(() -> titles().equals(List.of("Buy milk")));
		browser
			.executeScript("const done = document.querySelector('li .done'); done.click(); done.click(); done.click();"
					+ "const remove = document.querySelector('li .delete'); remove.click(); remove.click();");
		await(() -> find("#empty").isDisplayed());
		assertThat(find("#said").getDomProperty("textContent")).isEqualTo("Deleted Buy milk");
	}

	@Test
	void pagesFollowEachOther() throws Exception {
		for (int i = 1; i <= 45; i++) {
			add("Todo " + i);
		}
		browser.navigate().refresh();
		await(() -> titles().size() == 20);
		find("#more").click();
		await(() -> titles().size() == 40);
		find("#more").click();
		await(() -> titles().size() == 45);
		assertThat(find("#more").isDisplayed()).isFalse();
		assertThat(titles()).startsWith("Todo 1", "Todo 2").endsWith("Todo 45").doesNotHaveDuplicates();
	}

	@Test
	void bothCertificatesAndTheHandshakeAreShown() throws Exception {
		assertThat(find("#client").getText()).contains("CN=todo-client", "CN=Todo mTLS CA", " days left");
		assertThat(find("#server").getText()).contains("localhost, 127.0.0.1", "CN=Todo mTLS CA");
		assertThat(find("#handshake").getText()).contains("TLSv1.3", "TLS_AES_", "handshake at");
		assertThat(find("#session").getText()).contains("we are\ntodo-client", "we may\nread and write");
		assertThat(find("#rotation").getText()).startsWith("Last rotation: our certificate is in use since ");
		add("Issue certificates");
		add("Start the pair");
		add("Rotate a certificate and watch this page");
		browser.navigate().refresh();
		await(() -> titles().size() == 3 && find("#session").getText().contains("Hello"));
		find("li .done").click();
		await(() -> find("li").getDomProperty("className").contains("completed"));
		find("#title").click();
		takePicture(browser, "page");
	}

	/**
	 * For the documentation: a picture, where {@code -Dscreenshots=FOLDER} asks for it.
	 */
	private static void takePicture(TakesScreenshot of, String name) throws IOException {
		String docs = System.getProperty("screenshots");
		if (docs != null) {
			prefer("light");
			Files.copy(of.getScreenshotAs(OutputType.FILE).toPath(), Path.of(docs, name + ".png"),
					StandardCopyOption.REPLACE_EXISTING);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "granted", "denied" })
	void subjectAndSerialNumberAreCopied(String permission) {
		browser.executeCdpCommand("Browser.setPermission", Map.of("permission", Map.of("name", "clipboard-write"),
				"setting", permission, "origin", page("").toString()));
		for (String name : List.of("subject", "serial number")) {
			WebElement button = find("#client [aria-label='Copy the " + name + " of todo-client']");
			String value = button.findElement(By.xpath("preceding-sibling::span")).getText();
			assertThat(value).isNotBlank();
			button.sendKeys(Keys.ENTER);
			await(() -> find("#said").getDomProperty("textContent").equals("Copied the " + name + " of todo-client"));
			find("#title").clear();
			find("#title").sendKeys(Keys.chord(Keys.CONTROL, "v"));
			assertThat(find("#title").getDomProperty("value")).isEqualTo(value);
		}
	}

	@Test
	void rotationIsSeenWithoutLoadingThePageAgain() throws Exception {
		((JavascriptExecutor) browser).executeScript("window.sameDocument = true");
		Issued next = CA.client("todo-client");
		String serial = CertificateText.serialNumber(next.certificate().getSerialNumber());
		assertThat(find("#client").getText()).doesNotContain(serial);
		write(clientFolder, "client", CA, next);
		await(() -> find("#client").getText().contains(serial));
		takePicture(find("section:last-of-type"), "rotation");

		Files.writeString(clientFolder.resolve("client.key"), CA.client("todo-client").keyPem());
		await(() -> find("#rotation").getText().contains("The files that are there now are not used"));
		assertThat(find("#rotation").getText()).contains("KEY_FILE_PATH", "does not belong to the certificate");
		assertThat(find("#tls-problem").isDisplayed()).isFalse();

		write(clientFolder, "client", CA, next);
		await(() -> !find("#rotation").getText().contains("are not used"));
		assertThat(((JavascriptExecutor) browser).executeScript("return window.sameDocument")).isEqualTo(true);
	}

	@Test
	void refusedCertificateIsExplained() throws Exception {
		pair.stopService();
		await(() -> find("#tls-problem").getText().contains("Nobody listens where todo-service should be"));
		try {
			write(serviceFolder, "server", CA,
					CA.leaf()
						.commonName("localhost")
						.names(new GeneralName(GeneralName.dNSName, "other.example"))
						.issue());
			pair.startService();
			await(() -> find("#tls-problem").getText().contains("The certificate of todo-service is for another host"));
			assertThat(find("#tls-problem").getText()).contains("it is for other.example, and we call localhost",
					"TODO_SERVICE_URL");
			assertThat(find("#handshake").getText()).contains("not connected", "last ");
			assertThat(find("#session").isDisplayed()).isFalse();
			takePicture(find("section:last-of-type"), "refusal");
			find("#title").sendKeys("Buy milk", Keys.ENTER);
			await(() -> find("#add-problem").isDisplayed());
			assertThat(find("#add-problem").getText()).contains("The certificate of todo-service is for another host");
		}
		finally {
			pair.stopService();
			write(serviceFolder, "server", CA, CA.server());
			pair.startService();
		}
		await(() -> !find("#tls-problem").isDisplayed());
		find("#title").sendKeys(Keys.ENTER);
		await(() -> titles().equals(List.of("Buy milk")));
	}

	@Test
	void todosAppearWhenTheServiceIsBack() throws Exception {
		add("Buy milk");
		pair.stopService();
		try {
			browser.navigate().refresh();
			await(() -> find("#list-problem").isDisplayed());
			assertThat(find("#list-problem").getText()).contains("Nobody listens where todo-service should be");
		}
		finally {
			pair.startService();
		}
		await(() -> titles().equals(List.of("Buy milk")));
		assertThat(find("#list-problem").isDisplayed()).isFalse();
	}

	@Test
	void everyControlHasAName() {
		find("#title").sendKeys("Buy milk", Keys.ENTER);
		await(() -> titles().equals(List.of("Buy milk")));
		find("li .rename").click();
		// The cards are drawn anew while we look; then we look again.
		await(() -> {
			List<WebElement> controls = browser.findElements(By.cssSelector("input, button, progress"));
			assertThat(controls).hasSizeGreaterThan(7)
				.filteredOn(WebElement::isDisplayed)
				.allSatisfy((control) -> assertThat(control.getAccessibleName()).isNotBlank());
			return true;
		});
		assertThat(find("li .delete").getAccessibleName()).isEqualTo("Delete Buy milk");
	}

	@Test
	void narrowScreenNeedsNoSidewaysScrolling() {
		find("#title").sendKeys("w".repeat(200), Keys.ENTER);
		await(() -> titles().size() == 1);
		try {
			browser.executeCdpCommand("Emulation.setDeviceMetricsOverride",
					Map.of("width", 320, "height", 640, "deviceScaleFactor", 1, "mobile", true));
			assertThat((Long) browser.executeScript("return document.documentElement.scrollWidth"))
				.isLessThanOrEqualTo(320);
		}
		finally {
			browser.executeCdpCommand("Emulation.clearDeviceMetricsOverride", Map.of());
		}
	}

	@Test
	void darkModeHasAContrastThatCanBeRead() {
		find("#title").sendKeys("Buy milk", Keys.ENTER);
		await(() -> titles().equals(List.of("Buy milk")));
		for (String scheme : List.of("dark", "light")) {
			prefer(scheme);
			for (String selector : List.of("h1", "header p", "dt", "dd", "#handshake strong", "#rotation",
					"form button", ".actions button", ".copy")) {
				assertThat((Double) browser.executeScript(CONTRAST, selector)).as(scheme + " " + selector)
					.isGreaterThanOrEqualTo(4.5);
			}
		}
	}

	private static void prefer(String scheme) {
		browser.executeCdpCommand("Emulation.setEmulatedMedia",
				Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
	}

	/** The contrast ratio of WCAG 2.2, between a text and what is behind it. */
	private static final String CONTRAST = """
			const element = document.querySelector(arguments[0]);
			const channels = (color) => color.match(/[\\d.]+/g).map(Number);
			const luminance = (color) => channels(color).slice(0, 3)
			  .map((c) => c / 255).map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
			  .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
			let behind = element;
			while (channels(getComputedStyle(behind).backgroundColor)[3] === 0) { behind = behind.parentElement; }
			const pair = [luminance(getComputedStyle(element).color), luminance(getComputedStyle(behind).backgroundColor)];
			return (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05) + 0.0000001;
			""";

	private interface Condition {

		boolean holds() throws Exception;

	}

	private static void await(Condition condition) {
		new WebDriverWait(browser, PATIENCE).withMessage(() -> find("body").getText() + pair.clientLog())
			.ignoring(StaleElementReferenceException.class)
			.until((driver) -> {
				try {
					return condition.holds();
				}
				catch (RuntimeException ex) {
					throw ex;
				}
				catch (Exception ex) {
					throw new IllegalStateException(ex);
				}
			});
	}

	private static WebElement find(String selector) {
		return browser.findElement(By.cssSelector(selector));
	}

	private static List<String> titles() {
		return browser.findElements(By.cssSelector("#list .text")).stream().map(WebElement::getText).toList();
	}

	private static void rename(String title) {
		find("li .rename").click();
		find("li .new-title").sendKeys(Keys.chord(Keys.CONTROL, "a"), title, Keys.ENTER);
	}

	private static WebElement button(String text) {
		return browser.findElement(By.xpath("//button[. = '" + text + "']"));
	}

	private static void add(String title) throws Exception {
		HttpResponse<String> created = send(HttpRequest.newBuilder(page("/api/todos"))
			.header("Content-Type", "application/json")
			.POST(HttpRequest.BodyPublishers.ofString("{\"title\":\"" + title + "\"}")));
		assertThat(created.statusCode()).isEqualTo(201);
	}

	private static List<String> ids() throws Exception {
		return java.util.regex.Pattern.compile("\"id\":\"([^\"]+)\"")
			.matcher(send(HttpRequest.newBuilder(page("/api/todos?limit=500"))).body())
			.results()
			.map((match) -> match.group(1))
			.toList();
	}

	private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
		return HttpClient.newHttpClient().send(request.timeout(PATIENCE).build(), HttpResponse.BodyHandlers.ofString());
	}

	private static URI page(String path) {
		return URI.create("http://localhost:" + pair.clientPort() + path);
	}

	private static void write(Path folder, String name, TestCa ca, Issued issued) throws IOException {
		Files.writeString(folder.resolve("ca.crt"), ca.certificatePem());
		Files.writeString(folder.resolve(name + ".crt"), issued.certificatePem());
		Files.writeString(folder.resolve(name + ".key"), issued.keyPem());
	}

}
