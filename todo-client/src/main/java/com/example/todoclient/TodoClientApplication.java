package com.example.todoclient;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

import com.example.todoclient.todos.TodosTask;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringApplication.AbandonedRunException;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Calls todo-service over mutual TLS: for people as a service with a page (the default),
 * or once as a task.
 */
@SpringBootApplication
@ConfigurationPropertiesScan
public class TodoClientApplication {

	/** The profile of task mode; {@code --task} is short for it. */
	private static final String TASK = "task";

	private static final int WRONG_CONFIGURATION = 2;

	/**
	 * Starts the service, or runs the task and exits with its code.
	 * @param args {@code --task}, and options of Spring Boot such as
	 * {@code --server.port=9080}
	 */
	public static void main(String[] args) {
		SpringApplication application = new SpringApplication(TodoClientApplication.class);
		AtomicBoolean task = new AtomicBoolean(List.of(args).contains("--" + TASK));
		if (task.get()) {
			application.setAdditionalProfiles(TASK);
		}
		application.addListeners((ApplicationListener<ApplicationEnvironmentPreparedEvent>) (event) -> task
			.set(event.getEnvironment().matchesProfiles(TASK)));
		ConfigurableApplicationContext context;
		try {
			context = application.run(args);
		}
		catch (AbandonedRunException ex) {
			throw ex;
		}
		catch (RuntimeException ex) {
			// Boot has already said why.
			System.exit(task.get() ? WRONG_CONFIGURATION : 1);
			return;
		}
		if (task.get()) {
			int code = context.getBean(TodosTask.class).run(System.out, System.err);
			System.exit(SpringApplication.exit(context, () -> code));
		}
	}

}
